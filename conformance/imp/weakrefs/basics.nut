// An object dies at once when the last strong reference goes.
local o = {}, w = o.weakref();
print(typeof w + " " + (w.ref() == o) + " " + (o.weakref() == w) + "\n");
o = null;
print(w.ref() + " " + typeof w + "\n");
print({}.weakref().ref() + " " + [].weakref().ref() + "\n");
class C {}
local w2 = C().weakref();
print(w2.ref() + "\n");
// In a slot it stands for what it refers to.
local target = [1, 2], holder = { x = target.weakref() }, list = [target.weakref()];
print(typeof holder.x + " " + holder.x.len() + " " + list[0].len() + "\n");
target = null;
print(holder.x + " " + list[0] + " " + holder.len() + " " + ("x" in holder) + "\n");
function make() { local t = { big = array(10) }; return t.weakref() }
print(make().ref() + "\n");
print("text".weakref().ref() + " " + (5).weakref() + " " + (function() {}).weakref().ref() + "\n");
