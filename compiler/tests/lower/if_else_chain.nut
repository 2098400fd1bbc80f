function f(x) {
    if (x == 1) return "one";
    else if (x == 2) return "two";
    else x = 3;
    return x;
}
