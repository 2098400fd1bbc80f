function f() {}
function g(a; b) {}
