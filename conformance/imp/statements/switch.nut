function f(x) {
    local text = "";
    switch (x) {
        case 1: text += "one ";
        case 2: text += "two "; break;
        case "s": local inner = 5; text += "string" + inner; break;
        case null: text += "null"; break;
        case f2(): text += "called"; break;
        default: text += "default";
    }
    return text;
}
function f2() { print("(asked)"); return 7; }
foreach (x in [1, 2, 1.0, "s", null, 7, 8, false]) print(f(x) + "|");
print("\n");
// Case values that are locals.
local a = 3, b = 4, hits = "";
foreach (x in [3, 4, 5]) switch (x) { case a: hits += "a"; break; case b: hits += "b"; break; default: hits += "-" }
print(hits + " " + a + b + "\n");
for (local i = 0; i < 4; i++) { switch (i) { case 1: continue; case 2: break; } print(i) }
print("\n");
switch (1) {}
