// Bytes compare as unsigned numbers, then the shorter string is smaller. NUL is an ordinary byte.
print((("r" + "\0" + "a") < ("r" + "\0" + "c")) + " " + ("a" < "a\0") + " " + ("\0" < "\x01") + " " + ("\xff" > "a") + "\n");
print(("r\0a" <=> "r\0c") + " " + ("r\0c" <=> "r\0a") + " " + ("r\0a" <=> "r\0a") + " " + ("a" <=> "abcdef") + " " + ("z" <=> "a") + "\n");
print(("" < "\0") + " " + ("" <=> "") + " " + ("B" < "a") + " " + ("ab" <= "ab") + " " + ("ab" >= "b") + "\n");
local strings = ["b", "a\0b", "\xff", "a", "", "a\0a", "\0", "ab", "A", "\x01"];
strings.sort();
foreach (s in strings) {
    foreach (byte in s) print(byte + ",");
    print(" ");
}
print("\n");
