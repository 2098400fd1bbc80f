const I = 5;
const F = 1.5;
const S = "text";
const N = -7;
const M = -0.5;
const B = true;
const X = 0xFF;
print(I + " " + F + " " + S + " " + N + " " + M + " " + B + " " + X + "\n");
// They hold from their place in the text on, also in functions, whatever the scope.
function early() { return LATE }
try { early() } catch (e) { print(e + "\n") }
{ const LATE = "late"; }
function late() { return LATE }
print(late() + "\n");
const I = 6;
print(I + "\n");
local I = 7;
print(I + " " + ("I" in this) + "\n");
{ local t = { I = 8 }; print(t.I + "\n") }
switch (6) { case S: print("no\n"); break; default: print("default\n") }
