// Each line below has a mistake of its own.
function first(a, b {
    local c = a + ;
    if (c > 3 {
        print("text);
    }
    return c d
}
class A {
    x = ;
    function m(a,, b) { return a }
    y: 2
}
local t = { a = 1, b: 2 }
for (local i = 0; i < 10; i++ { print(i) }
first(1, 2;
local last = 1 +* 2
