local far = { _get = function(key) { throw "broken " + key; } };
local near = { _get = function(key) { return "near " + key; } };
near.setdelegate(far);
local t = {};
t.setdelegate(near);
try { print(t.x + "\n"); } catch (e) { print("caught " + e + "\n"); }
