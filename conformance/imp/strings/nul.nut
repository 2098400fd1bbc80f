// NUL is an ordinary byte.
local s = "ab\0cd\0";
print(s.len() + " " + s[2] + " " + s.slice(3, 5) + " " + s.find("cd") + " " + s.find("\0") + " " + s.find("\0", 3) + "\n");
print((s == "ab\0cd\0") + " " + (s == "ab\0cx\0") + " " + (s == "ab") + " " + ("\0" == "") + "\n");
print((s + s).len() + " " + s.toupper().len() + " " + s.toupper()[3] + "\n");
local t = {};
t["k\0a"] <- 1;
t["k\0b"] <- 2;
print(t.len() + " " + t["k\0a"] + " " + t["k\0b"] + " " + ("k" in t) + "\n");
print(format("%s|%s", s, "x\0y").len() + " " + format("a\0%d", 5).len() + " " + format("%c", 0).len() + "\n");
print(split("a\0b,c", ",").len() + " " + split("a\0b,c", ",")[0].len() + " " + split("a\0b", "\0").len() + "\n");
print(strip(" a\0b ").len() + " " + s.tostring().len() + "\n");
print("12\0" + "34".tointeger() + " " + "12\x00034".tointeger() + "\n");
