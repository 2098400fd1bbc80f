// The type of a value is checked before the index.
local b = blob(2);
foreach (value in ["a", true, [], 1]) {
    try {
        b[7] = value;
    } catch (e) {
        print(e + "\n");
    }
}
