local t = {};
t.n += 2;
t[t.k] *= t;
n -= 1;
::n /= 2;
local x = t.n %= 3;
