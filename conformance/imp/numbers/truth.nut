// False are null, false and the zeros; everything else is true.
local values = [null, false, 0, 0.0, -0.0, true, 1, -1, 0.1, 0.0 / 0, "", "0", [], {}, function() {}, class {}];
foreach (value in values) {
    print((value ? "true" : "false") + " " + !value + "\n");
}
// `&&` and `||` give one of their operands.
print((0 || "right") + " " + ("left" || 1) + " " + (0 && 1) + " " + ("" && "right") + "\n");
print(typeof !0 + "\n");
