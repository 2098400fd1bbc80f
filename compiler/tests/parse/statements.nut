;
{ local a, b = 2 }
const K = -1
const S = "s";
enum E { A, B = 7 C = "x", D = -1.5 }
while (a) b
do { c } while (d)
do c++
while (d)
for (local i = 0, n = 5; i < n; i++) continue
for (;;) break
foreach (v in x) ;
foreach (k, v in x) { v }
switch (a) { case 1: case 2: b; break; default: c }
switch (a) { }
try throw 1 catch (e) print(e)
throw "x"
