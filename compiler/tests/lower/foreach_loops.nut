local a = [];
foreach (x in a) f(x);
foreach (k, v in t) { if (k) break; g(@() v); }
