// Native functions with optional arguments take any number of them.
function t(f) {
    try {
        print(f() + "\n");
    } catch (e) {
        print("error: " + e + "\n");
    }
}
t(@() array(2, 5, 6, 7).len());
t(@() [1, 2, 3].slice(1, 2, "ignored")[0]);
t(function() { [1, 2, 3].resize(1, 0, 0); return "resized"; });
t(@() "abcb".find("b", 2, 0));
t(@() "abc".slice(1, 2, 3));
t(function() { [3, 1].sort(@(a, b) a <=> b, 1, 2); return "sorted"; });
t(@() blob(1, 2, 3).len());
t(@() blob(4).seek(1, 'b', 9));
t(@() [1, 2].append(1, 2));
t(@() [1, 2].top(1));
