// Every result is rounded to single precision.
print(format("%.10f %.10f", 0.1, 0.1 + 0.2) + "\n");
local sum = 0.0;
for (local i = 0; i < 10; i++) {
    sum += 0.1;
}
print(sum + " " + (sum == 1.0) + "\n");
print((16777216.0 + 1) + " " + ((16777216.0 + 1) == 16777216.0) + "\n");
local big = 3e38;
print((big * 10) + " " + (big * 10 / 10) + "\n");
print(1e-45 + " " + 1e-46 + "\n");
// time() as a float has 24 bits.
print(format("%.1f", (1400000001).tofloat()) + "\n");
