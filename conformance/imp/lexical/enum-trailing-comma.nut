enum E { A, B, }
print(E.B + "\n");
