const A = 1;
A = 2;
