local a = [10, 20, 30];
print(a[0] + " " + a[2] + " " + a[1.9] + " " + a.len() + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() a[3]);
fails(@() a[-1]);
fails(@() a["x"]);
fails(@() a[3] = 1);
fails(@() a[-1] = 1);
fails(@() a["x"] = 1);
fails(@() a.x = 1);
fails(@() a[0] <- 1);
fails(@() a[null]);
fails(@() [1] + [2]);
a[1] = [40];
local shallow = clone a, slice = a.slice(1);
a[1].append(50);
print(shallow[1].len() + " " + slice[0].len() + " " + (shallow == a) + "\n");
print(array().len() + " " + array(2).len() + " " + array(2)[1] + " " + array(2, "x")[1] + "\n");
