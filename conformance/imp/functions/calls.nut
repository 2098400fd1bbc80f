function show(a, b) { return ("n" in this ? n : "-") + a + b }
local env = { n = "env" };
print(show.call(env, 1, 2) + " " + show.acall([env, 3, 4]) + " " + show.pcall(env, 5, 6) + " " + show.pacall([env, 7, 8]) + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() show.call(env, 1));
fails(@() (function() { throw "thrown" }).pcall(env));
print(callee() == show);
local fact = function(n) { return n < 2 ? 1 : n * callee()(n - 1) };
print(" " + fact(5) + "\n");
// Calls in tail position do not use up the stack.
function down(n) { return n == 0 ? "bottom" : down(n - 1) }
function even(n) { if (n == 0) return true; return odd(n - 1) }
function odd(n) { if (n == 0) return false; return even(n - 1) }
print(even(10000) + "\n");
// Functions nest thousands of levels deep.
function deep(n) { return n == 0 ? 0 : 1 + deep(n - 1) }
print(deep(3000) + "\n");
// Lambdas.
local add = @(a, b) a + b, make = @(n) @(m) n * m;
print(add(1, 2) + " " + make(3)(4) + " " + (@() 5)() + "\n");
// Closures share variables by reference.
function counter() { local n = 0; return { up = @() ++n, get = @() n } }
local c1 = counter(), c2 = counter();
c1.up();
c1.up();
c2.up();
print(c1.get() + " " + c2.get() + "\n");
