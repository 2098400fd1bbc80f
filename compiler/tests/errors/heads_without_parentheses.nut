if a == 3 {
    b()
} else {
    c()
}
for i in 1 { d() }
while e { f() }
foreach (x of y) { }
for (local i = 0; i < 3, i++) { }
