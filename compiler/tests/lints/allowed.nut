a = 1;  // tamias: allow(undeclared-assignment)
// tamias: allow(undeclared-assignment, SQ0601)
b = 1;
c = 1;
// tamias: allow-file(no-effect)
1;
"// tamias: allow(nonsense)";
2;  // tamias: allow(nonsense)
3;  // tamias: allow(no-efect)
