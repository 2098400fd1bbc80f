// Any operand of `+` with a string on either side is converted.
print("a" + 1 + 2 + "\n");
print(1 + 2 + "a" + "\n");
print("" + 1.5 + true + false + null + "\n");
print(1.0 + "" + -0.0 + "\n");
class P { function _tostring() { return "point"; } }
print("<" + P() + "> " + P() + "\n");
local t = {};
t.setdelegate({ function _tostring() { return "table"; } });
print("<" + t + ">\n");
local s = "x";
s += 1;
s += "y";
print(s + "\n");
s++;
print(s + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() "a" - "b");
fails(@() "a" * 2);
fails(@() -"a");
fails(@() [1] + [2]);
fails(@() {} + 1);
fails(@() null + 1);
fails(@() true + true);
