// `/` is cut towards zero, and `%` has the sign of the dividend.
local min = -2147483648, zero = 0;
print(-7 / 2 + " " + -7 % 2 + "\n");
print(7 / -2 + " " + 7 % -2 + "\n");
print(-7 / -2 + " " + -7 % -2 + "\n");
print(7 / 2.0 + " " + 7 % 2.5 + "\n");
// What a Cortex-M divide does: no trap.
local minus_one = -1;
print(min / minus_one + " " + min % minus_one + "\n");
local a = min;
a /= -1;
print(a + "\n");
try { print(1 / zero); } catch (e) { print(e + "\n"); }
try { a /= zero; } catch (e) { print(e + "\n"); }
// Floats do not throw.
print(1 / 0.0 + " " + -1 / 0.0 + " " + 0 / 0.0 + " " + 1 % 0.0 + "\n");
// `%` of floats is computed as C's fmod does, in double precision, then rounded.
print(5.3 % 2 + " " + -5.3 % 2 + " " + 1e10 % 3 + "\n");
