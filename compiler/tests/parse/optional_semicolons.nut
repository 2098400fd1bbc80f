local t = {} local u = 1
function f() {} g()
{ a; b } c
return
5
a
++b
c
(d)
