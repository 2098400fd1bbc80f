local a = 1, b = [3], t = {};
if (a = 2) b = a;
while (a = f()) b = a;
if ((a = t.x)) b = a;
a == 3;
a;
t = { x = 1, y = 2, x = 3 };
if (a == 1) { } else if (a == 2) { } else if (a == 1) { }
switch (a) { case 1: break; case 2: case 1: break; }
if (typeof a == "int") b = a;
if (!"x" in t) b = a;
if (a & 4 == 4) b = a;
local list = [2, 1];
local sorted = list.sort();
foreach (i, v in list) { list.remove(i); }
foreach (i, v in list) { if (v) { list.remove(i); break; } }
a = a;
if (a == a) b = a;
a = 5000000000;
a = "\x41B";
if (a == 0.1 || a == 0.5) b = a;
function f() {
    return 1;
    a = 2;
}
enum E { X, Y, X }
