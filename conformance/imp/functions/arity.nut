function none() { return "none" }
function two(a, b) { return a + b }
function def(a, b = 2, c = 3) { return a + b + c }
function rest(a, ...) { return a + " " + vargv.len() }
print(none() + " " + two(1, 2) + " " + def(1) + " " + def(1, 1) + " " + def(1, 1, 1) + " " + rest(1) + " " + rest(1, 2, 3) + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() none(1));
fails(@() two(1));
fails(@() two(1, 2, 3));
fails(@() def());
fails(@() def(1, 2, 3, 4));
fails(@() rest());
fails(@() "a".len(1));
fails(@() (5)());
fails(@() null());
fails(@() "f"());
fails(@() [1][0]());
print(vargv.len() + "\n");
// Defaults are evaluated once, when the function is made, in the scope around it.
local n = 10;
local f = function(a = n * 2) { return a };
n = 100;
print(f() + " " + f(1) + " " + f(null) + "\n");
