print((5).tostring() + " " + (-2147483648).tostring() + " " + true + " " + false + " " + null + " " + "text".tostring() + "\n");
function shape(x) { local text = "" + x; local at = text.find("0x"); return text.slice(0, at + 2) + "..." + text.slice(text.len() - 1) }
function gen() { yield 1 }
class C {}
local kept = {};
foreach (x in [{}, [], function() {}, print, gen(), C, C(), blob(1), regexp("a")]) print(shape(x) + "\n");
print(shape(kept.weakref()) + "\n");
// The address is that of the object, in small letters and without zeros in front.
local t = {}, u = {};
print((t.tostring() == "" + t) + " " + (t.tostring() == u.tostring()) + " " + regexp("^\\(table : 0x[1-9a-f][0-9a-f]*\\)$").match("" + t) + "\n");
class N { function _tostring() { return "N!" } }
print(N() + " " + N().tostring() + " " + [N()].map(@(x) "" + x)[0] + "\n");
