// Decimal, hexadecimal and octal literals keep their low 32 bits.
print(2147483648 + " " + 4294967296 + " " + 4294967295 + " " + -2147483648 + "\n");
print(0xFFFFFFFF + " " + 0x7fffffff + " " + 0X1f + " " + 0x + "\n");
print(010 + " " + 0777 + " " + 00 + " " + 09 + " " + 08 + "\n");
print(99999999999 + " " + 037777777777 + "\n");
