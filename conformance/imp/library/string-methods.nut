function fails(f) { try { print(f() + " no error\n"); } catch (e) { print(e + "\n"); } }
print("2timesfour".tointeger() + " " + " \t-12".tointeger() + " " + "+7".tointeger() + " " + "007".tointeger() + "\n");
// Hexadecimal with its prefix; more than ten characters are all ones.
print("0xFF".tointeger() + " " + "0xFFFFFFFF".tointeger() + " " + "0x10FFFFFFF".tointeger() + " " + "0x1E".tointeger() + " " + "0XaB".tointeger() + " " + "0x7fffffff".tointeger() + "\n");
print("1e3".tointeger() + " " + "2.9".tointeger() + " " + "-2.9".tointeger() + " " + "1E2x".tointeger() + "\n");
print("99999999999".tointeger() + " " + "-99999999999".tointeger() + " " + "2147483648".tointeger() + "\n");
print("ff".tointeger(16) + " " + "0xff".tointeger(16) + " " + "101".tointeger(2) + " " + "z".tointeger(36) + " " + "77".tointeger(8) + "\n");
fails(@() "".tointeger());
fails(@() "x".tointeger());
fails(@() "  ".tointeger());
print("1.5".tofloat() + " " + "-1e3".tofloat() + " " + " 2.5x".tofloat() + " " + "7".tofloat() + " " + typeof "7".tofloat() + " " + ".5".tofloat() + "\n");
fails(@() "".tofloat());
fails(@() "abc".tofloat());
fails(@() "inf".tofloat());
fails(@() "nan".tofloat());
print("0x10".tofloat() + "\n");
print("hello".slice(1) + " " + "hello".slice(1, 3) + " " + "hello".slice(-3) + " " + "hello".slice(-3, -1) + " " + "hello".slice(0, 5) + " [" + "hello".slice(5) + "]\n");
fails(@() "hello".slice(3, 2));
fails(@() "hello".slice(6));
fails(@() "hello".slice(0, 6));
fails(@() "hello".slice(-9));
fails(@() "hello".slice(-9, -7));
print("hello".find("l") + " " + "hello".find("l", 3) + " " + "hello".find("x") + " " + "hello".find("") + " " + "hello".find("h", -1) + " " + "hello".find("o", 5) + " " + "".find("") + "\n");
fails(@() "hello".find(5));
print("MiXeD 1\xc4".toupper() + " " + "MiXeD 1".tolower() + " " + "x".len() + " " + "x".tostring() + " " + typeof "x".weakref() + "\n");
fails(@() "abc".toupper(0, 1));
