local a = 1, b = 2;
while (a < b) a++;
while (a < 100000) a += 2;
while (a = next()) b();
while (true) { if (a) break; else continue; }
while (false) a = 3;
do { a--; } while (a);
