local a = 1, b = (f(), a);
for (local i = 0, j = 9; i < j; i++, j--) f(i, j);
