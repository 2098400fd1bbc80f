// The error of `%` is lost, and the program goes on.
local zero = 0, x = 5, y = 1;
y = x % zero;
print("goes on " + x + "\n");
y = {} % 2;
y = x % "a";
print("goes on\n");
try { print(x / zero) } catch (e) { print(e + "\n") }
print(7 % 3 + " " + 7.5 % 0 + "\n");
