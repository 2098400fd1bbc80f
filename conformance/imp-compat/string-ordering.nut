// `<`, `<=>` and sort() see a string up to its first NUL. `==` sees all of it.
print(("r\0a" <=> "r\0c") + " " + ("r\0a" == "r\0c") + " " + ("r\0a" < "r\0c") + " " + ("r\0a" <= "r\0c") + "\n");
print(("a" < "a\0") + " " + ("\0" < "\x01") + " " + ("" <=> "\0") + " " + ("\xff" > "a") + " " + ("b" > "a\0z") + "\n");
local strings = ["b\0" + "2", "a\0z", "b\0" + "1", "a"];
strings.sort();
foreach (s in strings) print(s[0] + "-" + s.len() + " ");
print("\n");
// Table keys and find() see all of it, too.
local t = { ["k\0a"] = 1, ["k\0b"] = 2 };
print(t.len() + " " + ["k\0a", "k\0b"].find("k\0b") + "\n");
