function f() {
    if (a) {
        b()
}

g()
