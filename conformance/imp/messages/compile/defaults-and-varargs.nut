function f() {}
function g(a = 1, ...) {}
