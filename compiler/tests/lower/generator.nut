function count(n) {
    for (local i = 0; i < n; i++) yield i;
    yield;
    return n;
}
local g = count(3);
local x = resume g;
