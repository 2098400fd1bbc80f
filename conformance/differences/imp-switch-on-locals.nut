local a = 3, b = 4;
foreach (x in [4, 5]) switch (x) { case a: break; case b: break }
print(a + " " + b + "\n");
