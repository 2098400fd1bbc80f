if (a b) { c() } else { d() }
e = (f g)
h[i j] = k
while (this is l) { m() }
