// Only the delegate of a table gives it metamethods, not the delegate of the delegate.
local top = {
    _call = function(env, x) { return "called" },
    _add = function(other) { return "sum" },
    _unm = function() { return "minus" },
    _typeof = function() { return "kind" },
    _cmp = function(other) { throw "compared" },
    _newslot = function(key, value) { throw "new slot" },
    _delslot = function(key) { throw "deleted" }
};
local middle = { inherited = 3 };
middle.setdelegate(top);
local t = { own = 1 };
t.setdelegate(middle);
function attempt(action) {
    try { print(action() + "\n"); } catch (e) { print("caught " + e + "\n"); }
}
attempt(function() { return t(1); });
attempt(function() { return t + 1; });
attempt(function() { return -t; });
attempt(function() { return typeof t; });
attempt(function() { return (t <=> t); });
attempt(function() { t.x <- 1; return t.x; });
attempt(function() { delete t.own; return "own" in t; });
print(t.inherited + "\n");
attempt(function() { return middle(1); });
attempt(function() { return middle + 1; });
