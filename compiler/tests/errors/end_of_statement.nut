a = 1 b = 2
var c = 3
5.foo()
if (a) { } d
