// A table or an array that is a default value is copied for each call, an instance as `clone` does.
function collect(item, list = [], options = { count = 0 }) {
    list.append(item);
    options.count++;
    return list.len() + "" + options.count;
}
print(collect("a") + " " + collect("b") + " " + collect("c", [1, 2]) + "\n");
local shared = [[0]];
function deep(list = shared) { list[0].append(1); list.append(2); return list.len() + "" + list[0].len() }
print(deep() + " " + deep() + " " + shared.len() + "" + shared[0].len() + "\n");
// The delegate stays.
local t = { a = 1 };
t.setdelegate({ b = 2 });
function del(x = t) { x.a++; return x.a + x.b }
print(del() + " " + del() + " " + t.a + "\n");
class C { n = 0; function _cloned(original) { copies++; n = original.n + 10 } }
::copies <- 0;
local c = C();
function inst(x = c, y = 0, z = c) { x.n++; return x.n + z.n + y }
print(inst() + " " + inst() + " " + c.n + " " + copies + "\n");
function bytes(b = blob(2)) { b[0] += 1; return b[0] }
print(bytes() + " " + bytes() + "\n");
// Everything else is used as it is.
local marker = function() {};
function same(f = marker, k = C, s = "text", n = null, x = 1.5, y = true) { return (f == marker) + " " + (k == C) + " " + s + n + x + y }
print(same() + "\n");
// Methods and lambdas, too.
class M { function m(list = []) { list.append(1); return list.len() } }
print(M().m() + " " + M().m() + " " + (@(l = []) l.append(1) || l.len())() + "\n");
local g = function(l = []) { l.append(1); yield l.len() };
print((resume g()) + " " + (resume g()) + "\n");
// `_cloned` is called before the caller of a generator function gets the generator.
::copies = 0;
function generate(x = c, y = c) { x.n++; yield x.n; yield y.n; }
local made = generate();
print(copies + " " + (resume made) + " " + (resume made) + " " + c.n + "\n");
print([1, 2].map(@(v) resume generate()).len() + " " + [1, 2].map(generate.bindenv(this)).len() + " " + copies + "\n");
