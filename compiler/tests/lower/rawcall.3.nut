function f(x) { return rawcall(x, this, 1); }
local r = rawcall(f, {}, 2);
