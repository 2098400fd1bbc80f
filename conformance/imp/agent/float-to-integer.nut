// On an agent, whatever no integer holds becomes -2147483648 (x86).
local values = [2.9, -2.9, 0.5, -0.5, 2147483520.0, 2147483648.0, -2147483648.0, -2147483904.0, 1e10, -1e10, 1e38, -1e38];
foreach (value in values) {
    print(value.tointeger() + " ");
}
print("\n" + (0.0 / 0).tointeger() + " " + (1.0 / 0).tointeger() + " " + (-1.0 / 0).tointeger() + "\n");
print("1e10".tointeger() + " " + "-1e10".tointeger() + "\n");
