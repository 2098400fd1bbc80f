local zero = 0.0, negative = zero * -1.0, infinity = 1e38 * 1e38, nan = infinity - infinity;
print((negative > zero) + " " + (negative >= zero) + "\n");
print((nan > 1.0) + " " + (nan >= 1.0) + " " + (nan < 1.0) + " " + (1.0 < nan) + "\n");
