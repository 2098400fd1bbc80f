// The result of the comparison is still needed when the condition, a local, is tested.
function show(less, text) { print(less + " " + text + "\n"); }
function f(a, b, c) { show(a < b, c ? "yes" : "no"); }
f(1, 2, false);
f(2, 1, true);
