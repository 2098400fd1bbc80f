local groups = regexp("(b+)(bbb)").capture("bbbbbbb");
print(groups[1].end + " " + groups[2].begin + "\n");
local word = regexp("\\bb").search("a b");
print((word == null ? "none" : word.begin) + "\n");
