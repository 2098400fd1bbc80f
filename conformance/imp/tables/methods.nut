local t = { a = 1 };
t.setdelegate({ b = 2 });
print(t.rawget("a") + " " + t.rawin("b") + " " + t.rawset("c", 3) + " " + t.c + " " + t.rawdelete("c") + " " + t.rawdelete("c") + "\n");
print((t.getdelegate().b) + " " + ({}).getdelegate() + " " + (t.setdelegate(null) == t) + " " + t.getdelegate() + "\n");
print(t.clear() + " " + t.len() + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() t.rawget("x"));
fails(@() t.rawset(null, 1));
fails(@() t.setdelegate(5));
local u = {};
t.setdelegate(u);
fails(@() u.setdelegate(t));
fails(@() t.setdelegate(t));
fails(@() t.len(1));
// What came with Squirrel 3.2 is not there.
foreach (name in ["keys", "values", "map", "filter"]) print((name in t) + " ");
fails(@() t.keys());
