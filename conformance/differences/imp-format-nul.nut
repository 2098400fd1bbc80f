print(format("%s|", "a\0b").len() + " " + format("a\0%d", 5).len() + "\n");
