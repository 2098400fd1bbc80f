// A group that has matched is not tried again with a shorter match.
print(regexp("(b+)(bbb)").capture("bbbbbbb") + "\n");
print(regexp("(a*)ab").capture("aaab") + "\n");
local captures = regexp("(b+)(c)").capture("abbc");
print(captures[0].begin + "-" + captures[0].end + " " + captures[1].begin + "-" + captures[1].end + "\n");
