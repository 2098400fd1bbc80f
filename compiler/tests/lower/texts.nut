local n = 1;
local a = "n is " + n + "\n";
local b = n + " of " + (n + 1);
a += "!";
local c = "a" + "b" + n;
