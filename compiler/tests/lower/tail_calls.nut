function f(x) {
    if (x == 1) return f(x);
    if (x == 2) return x.f().g();
    if (x == 3) return x ? f(1) : f(2);
    try { return f(3); } catch (e) return f(4);
}
function g(x) {
    yield x;
    return f(x);
}
