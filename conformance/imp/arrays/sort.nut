// sort() is stable.
local words = ["b1", "a1", "b2", "c1", "a2", "b3", "a3", "c2"];
words.sort(@(x, y) x[0] <=> y[0]);
foreach (w in words) print(w + " ");
local numbers = [3, 1.5, -2, 10, 2.5, 1];
numbers.sort();
print("\n");
foreach (n in numbers) print(n + " ");
local mixed = [2, null, 1, null];
mixed.sort();
print("\n");
foreach (n in mixed) print(n + " ");
print("\n");
local big = [];
for (local i = 0; i < 100; i++) big.append((i * 37) % 100);
big.sort(@(x, y) y - x);
local ok = true;
foreach (i, n in big) if (n != 99 - i) ok = false;
print(ok + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() [3, "a"].sort());
fails(@() [1, 2].sort(@(x, y) "no"));
fails(@() [1, 2].sort(@(x, y) null));
fails(@() [1, 2].sort(function(x, y) { throw "from within" }));
fails(@() [1, 2].sort(@(x) 0));
// Floats and bools are cut to integers.
local floats = [1, 2];
floats.sort(@(x, y) 0.5);
print(floats[0] + " " + floats[1] + "\n");
// The compare function may change the array.
local a = [5, 4, 3, 2, 1];
try { a.sort(function(x, y) { a.clear(); return x <=> y }) } catch (e) {}
print(typeof a + "\n");
