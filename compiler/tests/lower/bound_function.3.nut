local env = {};
local f = function[env](x) { return x; };
f = @[g()](x = 1) x;
