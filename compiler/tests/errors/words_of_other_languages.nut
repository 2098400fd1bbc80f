var a = 1;
let b = 2;
func c() { }
print "d";
import e;
if (f and g) h();
if (not i) j();
if (k) { } elif (l) { }
if (m) { } elseif (n) { }
unless (o) { p(); }
until (q) { r(); }
try { s(); } except (t) { }
