local a = f() { x = 1, [a] = 2 };
f(1) { y = 3 };
