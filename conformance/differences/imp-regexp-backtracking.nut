local groups = regexp("(b+)(bbb)").capture("bbbbbbb");
print(groups[1].end + " " + groups[2].begin + "\n");
