local a = [1, 2], seen = "";
foreach (i, v in a) { seen += i + "=" + v + " "; if (i < 3) a.append(v * 10) }
print(seen + "\n");
foreach (i, c in "ab\xff") print(i + ":" + c + " ");
print("\n");
function gen() { yield "a"; yield "b"; return "never seen" }
foreach (i, v in gen()) print(i + v + " ");
print("\n");
class K { x = 1; static s = 2; function m() {} }
local n = 0, names = [];
foreach (k, v in K) { names.append(k); n++ }
names.sort();
print(n + " " + names[0] + names[1] + names[2] + "\n");
class It { function _nexti(i) { if (i == null) return 0; return i < 2 ? i + 1 : null } function _get(i) { return "v" + i } }
foreach (i, v in It()) print(i + v + " ");
print("\n");
local t = { a = 1, b = 2, c = 3, d = 4 };
foreach (k, v in t) { t[k] = v + 1; delete t[k] }
print(t.len() + "\n");
local total = 0;
foreach (byte in blob(0)) total++;
foreach (byte in blob(3)) total++;
print(total + "\n");
local obj = {}, list = [obj.weakref()];
foreach (x in list) print(typeof x + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
foreach (x in [null, 1, 1.5, true, fails]) fails(function() { foreach (y in x) {} });
fails(function() { foreach (y in K()) {} });
class Bad { function _nexti(i) { return 5 } }
fails(function() { foreach (y in Bad()) {} });
