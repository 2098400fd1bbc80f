class A { x = 1; }
local a = A();
try { A.rawset("x", 2); } catch (e) { print(e + "\n"); }
try { A.rawset("y", 2); } catch (e) { print(e + "\n"); }
print(A().x + "\n");
