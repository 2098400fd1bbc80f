// Inheriting does not lock a class. Making an instance locks its class and those that it extends.
function t(f) {
    try {
        print(f() + "\n");
    } catch (e) {
        print("error: " + e + "\n");
    }
}
class A {
    x = 1;
}
class B extends A {
    y = 2;
}
t(function() { A.z <- 3; return "added"; });
t(function() { return ("z" in A) + " " + ("z" in B); });
class C extends A {
}
t(function() { return C.z; });
local b = B();
t(function() { return b.x + " " + b.y; });
t(function() { A.w <- 4; return "added"; });
t(function() { C.w <- 4; return "added"; });
