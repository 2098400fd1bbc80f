// On an agent the low five bits of the count matter (x86).
local counts = [0, 1, 31, 32, 33, 64, 255, 256, 257, -1, -224];
foreach (count in counts) {
    print(count + ": " + (1 << count) + " " + (-8 >> count) + " " + (-8 >>> count) + " " + (8 >> count) + "\n");
}
print((1 << 32) + " " + (1 << -1) + " " + (-1 >> 33) + "\n");
