function f() {}
function g(a = 1, b) {}
