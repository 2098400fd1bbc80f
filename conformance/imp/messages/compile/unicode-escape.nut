local a = 1;
a = "\u00e9";
