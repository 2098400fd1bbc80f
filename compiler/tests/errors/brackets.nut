foo(1, 2;
local a = (1 + 2;
local b = [1, 2;
if (a == 3 {
    b()
} else {
    c()
}
while (true { }
function f(a, b {
}
foo(a
local c = 1
