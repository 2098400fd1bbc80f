// Nothing of the program follows an error.
function f() {
    try {
        throw "first";
    } catch (e) {
        print("caught " + e + "\n");
        return nothing;
    }
}
f();
print("not reached");
