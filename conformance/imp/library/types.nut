// The twelve visible types.
function gen() { yield 1 }
class C {}
local object = {};
foreach (x in [null, 1, 1.5, true, "s", {}, [], function() {}, print, gen(), C, C()]) print(typeof x + " " + type(x) + "\n");
local w = object.weakref();
print(typeof w + " " + type(w) + " " + typeof @() 1 + " " + typeof (5).tostring + "\n");
