// Slots are iterated in the order in which they were created.
local t = { e = 1, d = 2, c = 3, b = 4, a = 5 };
foreach (k, v in t) print(k + v + " ");
for (local i = 20; i > 0; i--) t["k" + i] <- i;
delete t.c;
delete t.k13;
t.c <- "again";
t.e = "changed";
print("\n");
foreach (k, v in t) print(k + " ");
print("\n");
local copy = clone t;
foreach (k, v in copy) print(k + " ");
print("\n");
local mixed = { [3] = 0, z = 0, [1.5] = 0, [true] = 0, [1] = 0 };
foreach (k, v in mixed) print(k + " ");
print("\n");
