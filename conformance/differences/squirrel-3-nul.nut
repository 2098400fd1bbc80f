print(("r\0a" < "r\0c") + " " + "a\0b".find("b") + "\n");
