function f(x) {
    return x;
    local unused = function () { return "never"; };
    x.y = 70000;
}
while (true) {}
