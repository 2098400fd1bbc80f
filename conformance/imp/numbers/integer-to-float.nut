// An integer becomes the nearest float, an even one if two are equally near.
local values = [16777216, 16777217, 16777218, 16777219, 33554434, 33554435, 2147483647, -2147483648];
foreach (value in values) {
    print(format("%.1f", value.tofloat()) + " ");
}
print("\n");
// Mixed operands are compared as floats.
print((16777217 == 16777216.0) + " " + (16777217 > 16777216.0) + " " + (16777217 <=> 16777216.0) + "\n");
print((1 == 1.0) + " " + (0 == -0.0) + " " + (1 < 1.5) + " " + (2 > 1.5) + "\n");
// The result of mixed arithmetic is a float.
print(typeof (1 + 1.0) + " " + typeof (1 / 2) + " " + typeof (2 * 0.5) + " " + (1 + 0.5) + "\n");
