local a = 1;
a = "\xg";
