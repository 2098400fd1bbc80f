// `in`, `instanceof` and `&&` share one level; below them are `|`, `^`, `&`, then the comparisons.
class B {}
local t = { a = 1 }, b = B();
print(("a" in t == true) + "\n");
print((("a" in t) == true) + "\n");
print((!("a" in t)) + " " + (1 in [5, 6] && "yes") + " " + (b instanceof B && 3) + "\n");
print((!b instanceof B) + "\n");
print((1 + 2 * 3) + " " + (7 - 2 - 1) + " " + (1 << 2 + 1) + " " + (10 / 4 * 2) + " " + (-2 * -3) + "\n");
print((6 & 3 | 8) + " " + (6 ^ 3 & 1) + "\n");
print((1 < 2 == true) + " " + (true || false && false) + " " + (null || 0 || "last") + "\n");
try { print(5 & 3 == 3); } catch (e) { print(e + "\n"); }
print(typeof t.a + " " + typeof typeof t + " " + -t.a + " " + !t.a + " " + ~t.a + "\n");
local x = 1, y = 2, z;
z = x = y;
print(x + y + z + "\n");
print((true ? false ? 1 : 2 : 3) + " " + (false ? 1 : true ? 2 : 3) + "\n");
local c = (x = 5, x + 1);
print(c + "\n");
