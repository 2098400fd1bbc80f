print(1. + " " + 1.5 + " " + 1e3 + " " + 1.5e-3 + " " + 1E+2 + " " + 1.e1 + "\n");
print(typeof 1. + " " + typeof 1e0 + "\n");
// The scanner takes all digits and dots: what follows the first number is lost.
print(1.2.3 + " " + (1.5).tointeger() + "\n");
print(0.1 + " " + 123456789.0 + " " + 1e38 + " " + 1e39 + "\n");
