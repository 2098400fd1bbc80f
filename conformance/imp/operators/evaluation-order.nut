// Operands from left to right; a method is looked up before its arguments are evaluated.
local log = "";
function note(name, value) { log += name; return value; }
note("a", 1) + note("b", 2) * note("c", 3);
local t = { f = function(x, y) { return x + y } };
note("d", t).f(note("e", 1), note("f", 2));
note("g", t)[note("h", "f")] = note("i", null);
[note("j", 1), note("k", 2)];
print(log + "\n");
local s = "";
try { t.nope(s += "x"); } catch (e) { print(e + " '" + s + "'\n"); }
// A plain local is read when the operation is done.
local a = 1;
print((a + (a = 5)) + "\n");
local i = 1;
print((i + i++) + "\n");
// Arguments are copied when they are evaluated.
function two(x, y) { return x + " " + y }
a = 1;
print(two(a, a = 5) + "\n");
local list = [i, i = 10, i];
print(list[0] + " " + list[1] + " " + list[2] + "\n");
