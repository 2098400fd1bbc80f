local b = a
[0]
c = 1
