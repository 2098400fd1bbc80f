function whose() { return "n" in this ? n : "root" }
local t = { n = "t", f = whose, g = function() { return whose() }, h = function() { return ::whose() } };
local f = t.f;
print(whose() + " " + t.f() + " " + f() + " " + t["f"]() + " " + t.g() + " " + t.h() + "\n");
// A local function gets the `this` of its caller.
local o = { n = "o", call = function() { return f() } };
print(o.call() + "\n");
// Names: local, outer, constant, then `this` and the root table.
const K = "constant";
::K2 <- "root";
local outer = "outer";
function names() { local own = "own"; return own + " " + outer + " " + K + " " + K2 }
print(names() + "\n");
local K = "local wins";
print(K + "\n");
// The root table is asked for bare names only.
try { t.K2 } catch (e) { print(e + "\n") }
// A `_get` that answers everything is asked first.
local all = { run = function() { return whose2 } };
all.setdelegate({ function _get(key) { return "got " + key } });
::whose2 <- "root";
print(all.run() + "\n");
// Default methods of `this` are found by bare names.
print((function() { return len() }).call("four") + "\n");
function a_table() { return ::box }
::box <- {};
function box::put() { return "put" }
print(box.put() + "\n");
print(::names == names);
print("\n");
