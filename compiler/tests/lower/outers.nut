function counter() {
    local n = 0;
    return function () {
        n++;
        n += 2;
        n = n + 1;
        return @() n;
    };
}
