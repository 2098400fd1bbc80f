local f = function[env](a) { }
local g = @[this]() 1
function h[x]() { }
t = { function m[e]() { } }
f() { a = 1, ["b"] = 2 }
rawcall(f, this, 1)
"a" in t == true
a = "\u00e9\U1F600"
const B = true
