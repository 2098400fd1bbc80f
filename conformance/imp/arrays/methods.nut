local a = [3, 1, 2];
// Methods that change the array return null.
print(a.append(5) + " " + a.push(4) + " " + a.extend([9]) + " " + a.insert(0, 7) + " " + a.resize(7) + " " + a.reverse() + "\n");
foreach (x in a) print(x + " ");
print("\n" + a.pop() + " " + a.top() + " " + a.remove(0) + " " + a.len() + " " + a.find(9) + " " + a.find(99) + "\n");
print([2, 1].sort() + " " + [1].apply(@(v) v) + " " + [1].clear() + "\n");
function show(list) { foreach (x in list) print(x + ","); print("\n"); }
show([1, 2, 3].map(@(v) v * 2));
local b = [1, 2, 3];
b.apply(@(v) v + 10);
show(b);
show([5, 6, 7, 8].filter(@(i, v) i % 2 == 0));
print([1, 2, 3].reduce(@(sum, v) sum + v) + " " + [].reduce(@(sum, v) sum + v) + " " + [7].reduce(@(x, y) 0) + "\n");
print([1].map(function(v) { return this[0] + v })[0] + "\n");
print([1, 2.0, "3"].find(2) + " " + [1.0].find(1) + " " + ["a"].find("a") + " " + [null].find(null) + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() [].pop());
fails(@() [].top());
fails(@() [1].insert(2, 0));
fails(@() [1].insert(-1, 0));
fails(@() [1].remove(1));
fails(@() [1].remove(-1));
fails(@() [1].resize(-1));
fails(@() [1].slice(1, 0));
fails(@() [1].slice(2));
fails(@() [1].slice(0, 2));
show([1, 2, 3, 4].slice(-2));
show([1, 2, 3, 4].slice(1, -1));
// Callbacks get exactly these arguments.
fails(@() [1].map(@() 0));
fails(@() [1].map(@(v, i) 0));
fails(@() [1].apply(@(v, i) 0));
fails(@() [1].filter(@(v) true));
fails(@() [1, 2].reduce(@(v) 0));
fails(@() [1, 2].reduce(@(a, b) 0, 5));
fails(@() [1].extend(5));
fails(@() array("x"));
