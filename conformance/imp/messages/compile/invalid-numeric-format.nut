local a = 1;
a = 1e5e5;
