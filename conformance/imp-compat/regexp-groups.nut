// Every choice is final: a repetition ends as soon as what follows it would match, and gives nothing back; the first
// alternative that matches counts.
function show(pattern, text) {
    print(pattern + " " + text + ":");
    local groups = regexp(pattern).capture(text);
    if (groups == null) print(" none");
    else foreach (group in groups) print(" " + group.begin + "-" + group.end);
    print(regexp(pattern).match(text) ? " whole\n" : "\n");
}
show("(b+)(bbb)", "bbbbbbb");
show("(a+)(.*)", "aaab");
show("(a*)ab", "aaab");
show("(b+)(c)", "abbc");
show("a+aab", "aaaab");
show("(a|ab)c", "abc");
show("(a|ab)(c|bcd)(d*)", "abcd");
show("a|ab", "ab");
// What can be left out because of its own quantifier does not end a repetition.
show("(a+)(a?)b", "aab");
show("(\\d+)(\\.\\d+)?", "12.50");
show("a{2,3}a", "aaaa");
show("(?:a|b)*b", "abab");
// A group notes its position when its turn comes, and looks ahead take turns, too.
show("a+(b)", "aab");
show("(a)*b", "aab");
show("(?:(a)b)?a", "aa");
// Boundaries are looked for between this byte and the next.
show("\\bb", "a b");
show("a\\b", "ab a ");
