// Strings are bytes, 0 to 255; there are no characters.
local s = "h\xe9\xff\x80";
print(s.len() + " " + s[0] + " " + s[1] + " " + s[2] + " " + s[3] + "\n");
foreach (i, byte in s) print(i + "=" + byte + " ");
print("\n" + "é€".len() + " " + "é"[0] + "\n");
print("\xe9".toupper()[0] + " " + "aé".toupper().len() + "\n");
