// Native functions with optional arguments take any number of them.
function t(f) {
    try {
        print(f() + "\n");
    } catch (e) {
        print("error: " + e + "\n");
    }
}
t(@() [1, 2, 3].reduce(@(a, b) a + b, 10, 20));
t(@() [].reduce(@(a, b) a + b, 10, 20));
t(@() assert(false, "first", "second"));
t(@() "abc".toupper(1, 2, 3));
t(@() "12".tointeger(10, 3));
