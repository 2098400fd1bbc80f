// Agents have the class `regexp2`: the syntax of RE2, correct backtracking, the leftmost match.
function show(match) { print(match == null ? "null\n" : match.begin + "-" + match.end + "\n"); }
function showAll(matches) {
    local text = "";
    foreach (match in matches) text += match.begin + "-" + match.end + " ";
    print(text + "\n");
}
show(regexp2("b+").search("abbbc"));
show(regexp2("b+").search("abbbc", 4));
showAll(regexp2("(b+)(bbb)").capture("bbbbbbb"));
// A group that took no part is -1 to -1, one that is empty is not.
showAll(regexp2("(a)|(b)").capture("xb"));
showAll(regexp2("(a*)b").capture("b"));
// `match()` is about the whole text.
print(regexp2("a|ab").match("ab") + " " + regexp2("a").match("ab") + "\n");
// Classes, anchors, escapes, lazy repetition, groups without number.
show(regexp2("[[:digit:]]+").search("abc123"));
show(regexp2("\\Afoo\\b").search("foo bar"));
show(regexp2("r\\z").search("foo bar"));
show(regexp2("\\x41\\102").search("xAB"));
show(regexp2("a.*?b").search("aabab"));
print(regexp2("(?:a)(b)(c)").subexpcount() + "\n");
// NUL is an ordinary byte.
show(regexp2("c").search("a\0bc"));
// A pattern has at most 256 characters.
local long = "";
for (local i = 0; i < 256; i++) long += "a";
print(regexp2(long).match(long) + "\n");
try { regexp2(long + "a"); } catch (e) { print(e + "\n"); }
try { regexp2("(a"); } catch (e) { print(e + "\n"); }
print(typeof regexp2("a") + "\n");
