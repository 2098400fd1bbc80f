local t = {};
t = { a = 1, ["b" + 1] = 2, [3] = t, function f() { return a; } };
local a = [];
a = [1, "two", t, [3, 4], { five = 5 }];
