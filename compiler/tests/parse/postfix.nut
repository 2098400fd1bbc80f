a.b[c](d e, f);
::a.b;
(a.b)();
((a));
(a + b).c;
a++ - --b;
a.b++;
-1 .foo();
a
.b
(c);
this.x = base.y;
a, b = 1, c;
