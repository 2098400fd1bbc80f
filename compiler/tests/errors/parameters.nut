function f(a = 1, b) { }
function g(a = 1, ...) { }
function h(a b) { }
class A {
    function i(a,, b) { return a }
    constructor(1, b) { }
}
