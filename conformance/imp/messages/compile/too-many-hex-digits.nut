local a = 1;
a = 0x123456789;
