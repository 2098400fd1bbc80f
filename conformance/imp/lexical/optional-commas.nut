// Commas between arguments, elements and slots are optional.
function sum(x, y) { return x + y }
print(sum(1 2) + "\n");
local a = [1 2, 3, 4 5,];
print(a.len() + " " + a[4] + "\n");
local t = { x = 1 y = 2, z = 3 w = 4, };
print(t.x + t.y + t.z + t.w + "\n");
enum E { A B, C }
print(E.A + E.B + E.C + "\n");
class K { x = 1 y = 2; function f() { return x + y } z = 3 }
print(K().f() + K().z + "\n");
