// Integers are 32-bit two's complement: + - * and unary - wrap around.
local max = 0x7fffffff, min = -2147483648;
print((max + 1) + "\n");
print((min - 1) + "\n");
print((max * 2) + "\n");
print((65536 * 65536) + "\n");
print((123456789 * 987654321) + "\n");
print((-min) + "\n");
local i = max;
i++;
print(i + "\n");
i--;
print(i + "\n");
i += 2;
print(i + "\n");
i = 46341;
i *= 46341;
print(i + "\n");
print(_intsize_ + " " + _floatsize_ + " " + _charsize_ + "\n");
