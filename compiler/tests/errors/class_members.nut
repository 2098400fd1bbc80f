class A {
    x = 1,
    y 2
    function () { }
    z = ;
    constructor(a b) { }
    if (a) { b() }
    function ok() { }
}
class 5 { }
