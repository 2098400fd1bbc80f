// Squirrel 3.0 forgets to look whether `%` has failed. Here it throws.
local zero = 0, x = 5;
try { print(1 % zero); } catch (e) { print(e + "\n"); }
try { x %= zero; } catch (e) { print(e + "\n"); }
try { print({} % 2); } catch (e) { print(e + "\n"); }
print(x + "\n");
