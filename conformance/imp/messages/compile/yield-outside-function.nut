local a = 1;
a = yield 5;
