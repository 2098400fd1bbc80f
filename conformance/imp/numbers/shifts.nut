// On a device the low eight bits of the count matter, and from 32 on everything is shifted out (ARM).
local counts = [0, 1, 31, 32, 33, 64, 255, 256, 257, -1, -224];
foreach (count in counts) {
    print(count + ": " + (1 << count) + " " + (-8 >> count) + " " + (-8 >>> count) + " " + (8 >> count) + "\n");
}
print((-1 >> 4) + " " + (-1 >>> 28) + "\n");
