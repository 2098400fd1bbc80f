// A negative index counts from the end; the range is -len to len-1.
local s = "abc";
print(s[0] + " " + s[2] + " " + s[-1] + " " + s[-3] + " " + s[1.9] + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() s[3]);
fails(@() s[-4]);
fails(@() ""[0]);
fails(@() ""[-1]);
fails(@() s["x"]);
fails(@() s[null]);
fails(@() s[0] = 65);
fails(@() s.x = 1);
fails(@() s.x <- 1);
