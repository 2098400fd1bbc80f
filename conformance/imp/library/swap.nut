print(format("%x %x %x %x", swap2(0x1234), swap2(0xABCD1234), swap4(0x12345678), swap4(-2)) + "\n");
print(castf2i(1.0) + " " + casti2f(1065353216) + " " + casti2f(castf2i(-2.5)) + " " + castf2i(0.0) + "\n");
print(swapfloat(swapfloat(1.5)) + " " + castf2i(swapfloat(1.0)) + "\n");
print(swap2(0x00FF) + " " + swap2(-1) + "\n");
