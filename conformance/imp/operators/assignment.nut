local t = { n = 1, s = "x" }, a = [1, 2];
print((t.n = 5) + " " + (t.m <- 6) + " " + t.m + "\n");
t.n += 2; t.n -= 1; t.n *= 3; t.n /= 2; t.n %= 5;
print(t.n + "\n");
a[0] += 10;
a[1]++;
print(a[0] + " " + a[1] + " " + a[0]++ + " " + ++a[0] + " " + a[1]-- + " " + --a[1] + "\n");
t.s += 1;
print(t.s + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() t.none = 1);
fails(@() t.none += 1);
fails(@() t.none++);
fails(function() { undeclared = 1; });
fails(@() undeclared);
// A bare name that is no local is a slot of `this`, else of the root table.
::counter <- 1;
counter += 1;
counter = counter * 10;
print(::counter + "\n");
local o = { counter = 100, f = function() { counter = counter + 1; return counter } };
print(o.f() + " " + o.counter + " " + ::counter + "\n");
print(delete t.m + " " + ("m" in t) + "\n");
