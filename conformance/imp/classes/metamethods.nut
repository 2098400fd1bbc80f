class V {
    x = 0;
    constructor(n) { x = n }
    function _add(o) { return "add" + x + (typeof o == "V" ? o.x : o) }
    function _sub(o) { return "sub" }
    function _mul(o) { return "mul" }
    function _div(o) { return "div" }
    function _modulo(o) { return "mod" }
    function _unm() { return "neg" }
    function _get(key) { if (key == "virtual") return "got"; if (key == "bad") throw "refused"; throw null }
    function _set(key, value) { if (key == "virtual") ::set_to <- value; else throw null }
    function _newslot(key, value) { ::new_slot <- key + value }
    function _delslot(key) { return "deleted " + key }
    function _call(env, a, b = 0) { return "called " + a + b }
    function _cloned(o) { x = o.x + 100 }
    function _tostring() { return "V" + x }
    function _typeof() { return "V" }
}
local v = V(1), w = V(2);
print((v + w) + " " + (v + 5) + " " + (v - w) + " " + v * 2 + " " + v / 2 + " " + v % 2 + " " + -v + "\n");
print(v.virtual + " " + (v.virtual = 3) + " " + set_to + "\n");
v.fresh <- 4;
print(new_slot + " " + delete v.anything + " " + v(1) + " " + v(1, 2) + " " + (clone v).x + " " + v + " " + typeof v + " " + type(v) + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() v.nothing);
fails(@() v.bad);
fails(@() v.nothing = 1);
// Only the left operand is asked.
fails(@() 1 + v);
fails(@() 1 - v);
class T { function _tostring() { return 5 } }
print((T() + "").slice(0, 12) + "\n");
::names <- [];
class Meta { function _newmember(k, val, attributes, isstatic) { names.append(k) } function _inherited(attributes) { names.append("inherited") } }
class Child extends Meta { a = 1; function f() {} }
foreach (name in names) print(name + " ");
print("\n");
local t = { base_value = 10 };
t.setdelegate({ function _add(o) { return base_value + o } function _call(env, x) { return x * 2 } function _delslot(k) { return "del " + k } function _newslot(k, val) { rawset(k, val * 2) } });
print((t + 5) + " " + t(4) + " " + delete t.zip + "\n");
t.made <- 21;
print(t.made + "\n");
