// NaN is unequal to everything and in no relation to any number; the zeros are equal.
local nan = 0.0 / 0, zero = 0.0, minus = -0.0, one = 1.0;
print((nan == nan) + " " + (nan != nan) + " " + (nan == one) + "\n");
print((nan < one) + " " + (nan <= one) + " " + (nan > one) + " " + (nan >= one) + "\n");
print((one < nan) + " " + (one <= nan) + " " + (one > nan) + " " + (one >= nan) + "\n");
print((nan < nan) + " " + (nan >= nan) + " " + (nan < 1) + " " + (1 > nan) + "\n");
if (nan < one) print("wrong\n"); else print("not less\n");
if (!(nan < one)) print("not less\n");
print((minus == zero) + " " + (minus < zero) + " " + (minus <= zero) + " " + (minus <=> zero) + "\n");
// `<=>` and sort() put NaN after every number.
print((nan <=> one) + " " + (one <=> nan) + " " + (nan <=> nan) + " " + (1 <=> nan) + "\n");
local values = [nan, 2, -1.5, nan, one, -1e38];
values.sort();
foreach (value in values) print(value + " ");
print("\n" + [1, nan, 2].find(nan) + "\n");
switch (nan) { case nan: print("same\n"); break; default: print("other\n"); }
// NaN is a key that is found again.
local t = {};
t[nan] <- "found";
print(t[nan] + " " + (nan in t) + "\n");
