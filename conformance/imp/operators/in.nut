// `in` consults delegates and `_get`, but no default methods, and never throws.
local t = { a = 1 };
t.setdelegate({ b = 2 });
print(("a" in t) + " " + ("b" in t) + " " + ("c" in t) + " " + ("len" in t) + " " + ("len" in {}) + "\n");
print(t.rawin("a") + " " + t.rawin("b") + "\n");
local g = {};
g.setdelegate({ function _get(key) { if (key == "x") return 1; if (key == "bad") throw "failed"; throw null } });
print(("x" in g) + " " + ("y" in g) + " " + ("bad" in g) + " " + g.rawin("x") + "\n");
class C { field = 1; static s = 2; function m() {} }
local c = C();
print(("field" in c) + " " + ("m" in c) + " " + ("s" in c) + " " + ("none" in c) + " " + ("m" in C) + " " + ("field" in C) + "\n");
class G { function _get(key) { if (key == "y") return null; throw "no such" } }
print(("y" in G()) + " " + ("z" in G()) + " " + ("y" in G) + "\n");
print((0 in [5]) + " " + (1 in [5]) + " " + (-1 in [5]) + " " + ("x" in [5]) + " " + (0 in "a") + " " + (1 in "a") + "\n");
print((1 in 5) + " " + ("x" in null) + " " + (1 in true) + " " + (null in {}) + " " + ("x" in function() {}) + "\n");
// The last `_get` of a chain of delegates is asked first, and the next one if it knows nothing of the key.
local chain = {};
chain.setdelegate({ function _get(key) { if (key == "near") return 1; throw null } });
chain.getdelegate().setdelegate({ function _get(key) { if (key == "far") return 1; if (key == "bad") throw "failed"; throw null } });
print(("near" in chain) + " " + ("far" in chain) + " " + ("none" in chain) + " " + ("bad" in chain) + "\n");
