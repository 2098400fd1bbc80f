// Patterns and texts of regular expressions end at the first NUL.
function show(match) { print(match == null ? "null\n" : match.begin + "-" + match.end + "\n"); }
show(regexp("c").search("a\0bc"));
show(regexp("c").search("a\0bc", 2));
show(regexp("a\0c").search("ab"));
print(regexp("a").match("a\0b") + "\n");
print(regexp("a\0b").match("a") + "\n");
print(regexp("(a)\0(b)").subexpcount() + "\n");
local captures = regexp("(a+)(b)").capture("xaab\0c");
foreach (capture in captures) show(capture);
