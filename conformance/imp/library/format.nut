print(format("%d|%5d|%-5d|%05d|%+d|% d|%i", 42, 42, 42, 42, 42, 42, -42) + "\n");
print(format("%u|%x|%X|%#x|%o|%c|%%", -1, 255, 255, 255, 8, 65) + "\n");
print(format("%x|%X|%08x", -1, -2, 0xBEEF) + "\n");
print(format("%f|%.2f|%8.3f|%e|%E|%g|%G", 1.5, 2.345, 3.14159, 12345.678, 0.00012, 0.0001, 1e10) + "\n");
print(format("%s|%10s|%-10s|%.2s|%5.1s|", "text", "right", "left", "cut", "xyz") + "\n");
print(format("%d %d", 3.9, -3.9) + " " + format("%f", 3) + " " + format("%c%c", 72, 105.5) + "\n");
// Floats are widened to double precision first.
print(format("%.7f %.10f", 0.1, 0.1) + "\n");
print(format("no arguments %%") + "|" + format("%d", 1, 2, 3) + "|" + format("") + "|\n");
print(format("%d", 2147483647 + 1) + " " + format("%.0f", 2.5) + "\n");
function fails(f) { try { print(f() + " no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() format("%d"));
fails(@() format("%d %d", 1));
fails(@() format("%s", 5));
fails(@() format("%s", null));
fails(@() format("%d", "5"));
fails(@() format("%d", null));
fails(@() format("%f", "x"));
fails(@() format("%q", 1));
fails(@() format("%123d", 1));
fails(@() format("%.123d", 1));
fails(@() format("%-+ #0-+ #0-+ #0-+ #05d", 1));
fails(@() format("%"));
fails(@() format(5));
fails(@() format());
