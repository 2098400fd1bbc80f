local a = {
    class X {}
};
