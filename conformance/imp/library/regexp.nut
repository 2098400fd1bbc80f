function show(r) {
    if (r == null) print("null\n");
    else if (typeof r == "array") {
        foreach (x in r) print(x.begin + "-" + x.end + " ");
        print("\n");
    } else print(r.begin + "-" + r.end + "\n");
}
local r = regexp(@"(\d+)\.(\d+)");
show(r.search("temp 23.75 C"));
show(r.capture("temp 23.75 C"));
show(r.capture("temp 23.75 C and 1.5", 10));
show(r.search("none"));
show(r.capture("none"));
print(r.match("1.5") + " " + r.match("1.5x") + " " + r.match("x1.5") + " " + r.subexpcount() + " " + typeof r + "\n");
show(regexp("(x?)(y)").capture("y"));
show(regexp("(?:ab)+(c)").capture("ababc"));
print(regexp("a|b|cd").match("cd") + " " + regexp("a{2,3}").match("aaa") + " " + regexp("a{2}").match("aaa") + " " + regexp("a{2,}").match("aaaa") + "\n");
print(regexp("[a-c]+").match("abc") + " " + regexp("[^a-c]+").match("xyz") + " " + regexp("^a.c$").match("abc") + " " + regexp(@"\w+\s\W").match("ab !") + "\n");
print(regexp(@"\l\u\a\A").match("aBz5") + " " + regexp(@"\x\X").match("fg") + " " + regexp(@"\d\D\s\S").match("1a x") + " " + regexp(@"\p\P").match("!a") + " " + regexp(@"\c").match("\x01") + "\n");
// NUL is an ordinary byte.
show(regexp("c").search("a\0bc"));
print(regexp("a.c").match("a\0c") + "\n");
foreach (pattern in ["(", "a)", "[", "a{", "[a-", "*", "a{2", "\\"]) { try { regexp(pattern); print(pattern + " no error\n") } catch (e) { print(pattern + " " + e + "\n") } }
