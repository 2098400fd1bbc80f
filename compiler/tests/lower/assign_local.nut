local x = 1, y;
y = x;
x = y + 2;
x += y;
x -= 200;
x = -x;
local z = x = y;
