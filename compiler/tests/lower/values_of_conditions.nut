local a = 1, b = 2;
local c = a < b;
c = a && b;
c = c || b;
c = a ? b : a.x;
local d = a == null || b <= 1 && !a;
local e = true && a;
a && b();
a ? b() : a();
