function p(x) {
    print(x + "\n");
}
const A = 1;
const S = "text";
const F = 0.5;
const B = true;
enum E { X, Y = "why", Z = -2 }
local t = getconsttable();
p(t.len());
p(t.A + " " + t.S + " " + t.F + " " + t.B);
p(t.E.X + " " + t.E.Y + " " + t.E.Z);
p(t == getconsttable());

// The program keeps the values with which it was compiled; what is compiled later sees the changes.
t.A <- 2;
t.E.X = 10;
t.N <- { M = 3 };
p(A + " " + E.X);
p(compilestring("return A + E.X + N.M;")());

// What is compiled later adds to the table at once, even if it never runs.
compilestring("const LATE = 5; enum L { Q = 6 }");
p(t.LATE + " " + t.L.Q);
compilestring("const A = 3;");
p(t.A);

// Another table.
local other = { A = 100 };
p(setconsttable(other) == t);
p(getconsttable() == other);
p(compilestring("return A;")());
compilestring("const OTHER = 7;");
p(other.OTHER);
p("OTHER" in t);
try {
    compilestring("return S;")();
} catch (e) {
    p(e);
}
setconsttable(t);
p(compilestring("return S;")());
delete t.S;
try {
    compilestring("return S;")();
} catch (e) {
    p(e);
}
try {
    compilestring("return E.NONE;");
} catch (e) {
    p("no such member");
}
