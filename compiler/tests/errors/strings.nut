print("hello);
print("a\qb")
c = "\xyz"
d = "e
f()
