// A delegate is read and changed with its own delegates, so the last `_get` or `_set` of a chain comes first.
// What it sees as `this` is the table whose delegate it is in.
function attempt(action) {
    try { ::print(action() + "\n"); } catch (e) { ::print("caught " + e + "\n"); }
}
function getter(name, result = null) {
    return { _get = function(key) { ::print(name + "." + key + " "); if (result == null) throw null; return result; } };
}
function setter(name, accepts = false) {
    return { _set = function(key, value) { ::print(name + "." + key + " "); if (!accepts) throw null; } };
}
function chain(...) {
    for (local i = 1; i < vargv.len(); i++) vargv[i - 1].setdelegate(vargv[i]);
    return vargv[0];
}

local t = chain({}, getter("a"), getter("b"), getter("c"));
attempt(function() { return t.x; });
attempt(function() { return t["len"](); });
attempt(function() { t.x = 1; return t.x; });

t = chain({}, getter("a", 1), getter("b", 2), getter("c"));
attempt(function() { return t.x; });
t = chain({}, getter("a", 1), {}, { y = 3 }, getter("b"));
attempt(function() { return t.x + t.y; });
// The method that a call looks for, too.
t = chain({}, getter("a", function(n) { return n + 1; }), getter("b"));
attempt(function() { return t.f(4); });

t = chain({}, setter("a"), setter("b"), setter("c"));
attempt(function() { t.x = 1; return "set"; });
t = chain({}, setter("a", true), setter("b", true), setter("c"));
attempt(function() { t.x = 1; return "set"; });
t = chain({}, setter("a", true), { x = 5 });
attempt(function() { t.x = 6; return t.x; });

seen <- [];
local middle = chain({}, { _get = function(key) { ::seen.append(this); return key; }, _set = function(key, value) { ::seen.append(this); } });
t = chain({}, middle);
attempt(function() { t.k = 1; return t.k; });
foreach (it in ::seen) print((it == middle) + " " + (it == t) + "\n");
