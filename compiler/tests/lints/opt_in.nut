local unused = 1;
function f(a, _b) {
    local a = 2;
    server.log(a);
}
switch (010) {
    case 1:
        f(1, 2);
    case 2:
        f(1, 2);
        // falls through
    case 3:
        f(1, 2);
}
