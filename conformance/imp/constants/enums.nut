enum E { A, B = 7, C, D = "text", F = 1.5, G, H = -3 }
print(E.A + " " + E.B + " " + E.C + " " + E.D + " " + E.F + " " + E.G + " " + E.H + "\n");
function f() { return E.C + E.B }
print(f() + "\n");
enum E { A = 100 }
print(E.A + "\n");
enum Empty {}
print(("E" in getroottable()) + "\n");
{ local E = { A = "local" }; print(E.A + "\n") }
