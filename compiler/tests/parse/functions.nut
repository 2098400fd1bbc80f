function f(a, b = 1) { return a }
function a::b::c(x, ...) { yield x }
local function g() return 1
local h = function(a,) { }
local i = function() return 1, j = 2
f(function() x = 1, 2)
f(@(a) a + 1, @() @(b) b)
local k = function();
