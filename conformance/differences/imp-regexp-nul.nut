print(regexp("c").search("a\0bc").begin + "\n");
