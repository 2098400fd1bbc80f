print(_intsize_ + " " + _floatsize_ + " " + (0x7fffffff + 1) + "\n");
