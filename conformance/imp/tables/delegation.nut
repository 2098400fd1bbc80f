local root = { x = "root", function who() { return name } };
local parent = { y = "base" };
parent.setdelegate(root);
local t = { name = "t" };
t.setdelegate(parent);
print(t.x + " " + t.y + " " + t.who() + "\n");
// `=` changes the slot of the delegate that has it, `<-` makes an own one.
t.y = "changed";
print(parent.y + " " + t.rawin("y") + "\n");
t.y <- "own";
print(parent.y + " " + t.y + "\n");
// `_get` comes after the chain, and before the default methods.
local g = {};
g.setdelegate({ z = 1, function _get(key) { if (key == "w") return "got"; throw null } });
print(g.z + " " + g.w + " " + g.len() + "\n");
try { g.none } catch (e) { print(e + "\n") }
local s = { log = "" };
s.setdelegate({ function _set(key, value) { if (key == "no") throw null; log += key + value } });
s.a = 1;
print(s.log + " " + s.rawin("a") + "\n");
try { s.no = 1 } catch (e) { print(e + "\n") }
