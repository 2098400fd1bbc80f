if (a) b(); c(); else d();
if (e) {
    f();
};
else g();
h();
else {
    i();
}
