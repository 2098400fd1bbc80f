class A </ kind = "class" /> {
    field = 1;
    </ unit = "C" /> temperature = 20.5;
    static shared = "static";
    list = [];
    ["key" + 1] = "computed";
    constructor(x = 0) { field = x; return "ignored" }
    function get() { return field }
}
class B extends A {
    function get() { return "B" + base.get() }
    function own() { return "own" }
}
local a = A(5), b = B(6);
print(a.get() + " " + b.get() + " " + b.own() + " " + a.shared + " " + A.shared + " " + A.field + " " + a.key1 + "\n");
// Initialisers are evaluated once: instances share containers.
a.list.append(1);
print(b.list.len() + " " + A().list.len() + "\n");
print((b instanceof A) + " " + (a instanceof B) + " " + (5 instanceof A) + " " + (A instanceof A) + " " + (b.getclass() == B) + " " + (B.getbase() == A) + " " + A.getbase() + "\n");
print(A.getattributes(null).kind + " " + A.getattributes("temperature").unit + " " + A.getattributes("field") + " " + B.getattributes("temperature").unit + "\n");
print(A.setattributes("field", { new = 1 }) + " " + A.getattributes("field").new + "\n");
class D {}
print(typeof D(1, 2, 3) + " " + typeof D.instance() + " " + B.instance().field + "\n");
local expr = class extends A { function get() { return "expression" } };
print(expr(1).get() + "\n");
::space <- {};
class space.Inner { n = 4 }
print(space.Inner().n + "\n");
// The base constructor is called by itself only if there is no other one.
class E extends A { constructor() { base.constructor(9); } }
class F extends A {}
class G extends A { constructor() {} }
print(E().field + " " + F(8).field + " " + G().field + "\n");
class H { function f() { return base } }
print(H().f() + "\n");
print(A.rawin("field") + " " + a.rawget("field") + " " + a.rawset("field", 3) + " " + a.field + " " + a.rawin("none") + "\n");
