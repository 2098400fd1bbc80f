function f() {
    try {
        try { return g(); } catch (inner) h(inner);
        throw 1;
    } catch (e) {
        return g(e);
    }
}
