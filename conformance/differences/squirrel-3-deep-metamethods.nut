function deep(n) { return n > 0 ? 1 + ::deep(n - 1) : 0; }
class A { function _get(key) { return ::deep(3000); } }
print(A().x + "\n");
