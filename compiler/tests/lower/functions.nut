function a() {}
function a::b::c() { return vargv; }
local function d(x, y = 2, z = "z") { return x; }
local e = function (x, y = a()) { return y; };
local f = function (x, ...) { return vargv[x]; };
local g = @(x) x + 1;
