// Floats become text as with %g: six significant digits.
local values = [0.1, 5.0, 5.1, 1 / 3.0, 123456.0, 1000000.0, 100000.5, -0.0, 1.0 / 0, 0.0 / 0, 1e10, 1e15, 1e-5, 0.0001,
    1234567.0, 100000.0, 16777216.0, 3.40282e38, -1.0 / 0, 999999.5, 0.00012345678, 1.5e-7, 2.5, 1e20, 123456.7, -2.0];
foreach (value in values) {
    print(value + " " + value.tostring() + "\n");
}
// NaN never has a sign.
print((-(0.0 / 0)) + "\n");
