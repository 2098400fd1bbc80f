local found = regexp("a.").search("ba");
print((found == null ? "none" : found.begin + "-" + found.end) + " " + regexp(".*").match("") + "\n");
