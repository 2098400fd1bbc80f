local t = { a = 1, ["x y"] = 2, [3] = 4, function f() { return 5 }, "json key": 6, "n": 7 };
print(t.a + " " + t["x y"] + " " + t[3] + " " + t.f() + " " + t["json key"] + " " + t.n + " " + t.len() + "\n");
// The last of equal keys wins.
local d = { a = 1, b = 2, a = 3 };
print(d.a + " " + d.len() + "\n");
// 1, 1.0, "1" and true are four keys.
local k = { [1] = "integer", [1.0] = "float", ["1"] = "string", [true] = "bool" };
print(k.len() + " " + k[1] + " " + k[1.0] + " " + k["1"] + " " + k[true] + "\n");
local object = {}, list = [];
k[object] <- "table";
k[list] <- "array";
print(k[object] + " " + k[list] + " " + ({} in k) + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() t.none);
fails(@() t[null]);
fails(@() t[null] <- 1);
fails(@() t[null] = 1);
fails(@() t.none = 1);
fails(@() t[object]);
fails(@() delete t.none);
fails(@() delete [1][0]);
fails(@() delete "a"[0]);
fails(@() delete (5).x);
fails(@() ({ function len() { return "own" } }).none);
print(delete t.a + " " + ("a" in t) + " " + t.len() + "\n");
print(({ function len() { return "own" } }).len() + "\n");
