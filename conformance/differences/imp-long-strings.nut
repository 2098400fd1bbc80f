local s = "x";
while (s.len() < 100000) s += s;
print(s.len() + " " + (s == s.slice(1) + "x") + "\n");
