local a, b = 2;
print(a + " " + b + "\n");
{ local b = 3; print(b + " "); }
print(b + "\n");
// Declared again in the same scope: a second variable.
local b = b + 10;
print(b + "\n");
// A `local function` is not visible in its own body.
function named() { return "global"; }
local function named(n) { return n == 0 ? "local" : ::named(); }
print(named(0) + " " + named(1) + "\n");
local function recursive(n) { return n == 0 ? 0 : recursive(n - 1); }
try { recursive(3); } catch (e) { print(e + "\n"); }
local fact = null;
fact = function(n) { return n < 2 ? 1 : n * fact(n - 1); }
print(fact(5) + "\n");
