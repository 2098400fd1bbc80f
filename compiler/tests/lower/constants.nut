const A = 5;
enum E { X, Y = "y", Z }
local a = A + E.X + E.Z;
a = a + A;
a = t[E.Y];
if (A == 5) f(); else g();
