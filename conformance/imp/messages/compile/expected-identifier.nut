local a = 1;
local 5 = a;
