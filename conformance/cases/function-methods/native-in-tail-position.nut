// A native function in tail position is called by the function that it stands in.
function p(x) {
    print(x + "\n");
}
function own() {
    return callee();
}
p(own() == own);
function deep(n) {
    return n == 0 ? callee() : deep(n - 1);
}
p(deep(3) == deep);
class C {
    x = 0;
    constructor(x) {
        this.x = x;
    }
    function make() {
        return C(x + 1);
    }
    function _call(env, y) {
        return y + x;
    }
}
function made() {
    return C(4);
}
p(made().make().x);
function called() {
    return made()(10);
}
p(called());
function mapped() {
    return [1, 2, 3].map(function (v) {
        return v.tostring();
    });
}
p(mapped()[2]);
function generated() {
    yield 1;
    yield 2;
}
function generator() {
    return generated();
}
local g = generator();
p(resume g + resume g);
function captured() {
    local n = 1;
    local up = function () {
        return ++n;
    };
    return [up, up].map(function (f) {
        return f();
    });
}
p(captured()[1]);
function caught() {
    try {
        return thrown();
    } catch (e) {
        return "caught " + e;
    }
}
function thrown() {
    return [].pop();
}
p(caught());
function nested(n) {
    return n == 0 ? "end" : [n].map(function (m) {
        return nested(m - 1);
    })[0];
}
p(nested(20));
local count = 0;
function often(n) {
    count++;
    return n == 0 ? "done" : often(n - 1);
}
p(often(10000) + " " + count);
