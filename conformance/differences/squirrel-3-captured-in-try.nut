function f() {
    local get;
    try {
        local inner = 1;
        get = @() inner;
        inner = 2;
        throw 0;
    } catch (e) {
        local other = "another variable";
        return get();
    }
}
print(f() + "\n");
