// Bit operations need two integers; bools are none.
print((0xF0 & 0x3C) + " " + (0xF0 | 0x3C) + " " + (0xF0 ^ 0x3C) + " " + ~0xF0 + "\n");
print((-1 & 0xFF) + " " + (~0) + " " + (0xFFFFFFFF == -1) + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() 1 & 1.0);
fails(@() "a" | 1);
fails(@() 1 ^ null);
fails(@() true & 1);
fails(@() 1 << 1.5);
fails(@() {} >> 1);
fails(@() 1 >>> []);
fails(@() ~1.5);
fails(@() ~"a");
fails(@() ~true);
// The idiom for extending the sign.
print(((0xFFFE << 16) >> 16) + " " + ((0x80 << 24) >> 24) + "\n");
