a(); else b()
catch (e) { }
case 1: c()
do d++; while (e)
try f(); catch (e) { }
try { g() }
h()
switch (a) { default: case 1: }
