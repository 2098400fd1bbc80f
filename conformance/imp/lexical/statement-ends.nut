// A statement ends at `;`, at a newline, before `}` and at the end.
local a = 1
local b = 2; local c = 3
{ a = 5 }
function f() { return 7 }
print(a + b + c + f() + "\n")
if (a == 5) print("five\n") else print("other\n")
if (a == 6) { print("six\n") } else print("not six\n")
// After `return` and `yield` the value has to begin in the same line.
function g() {
    return
    5
}
print(g() + "\n")
// A line that begins with `(` goes on with the expression, one that begins with `.` too.
local h = function(x) { return x + 1 }
print(h
(4) + "\n")
print("abc"
    .len() + "\n")
local i = 1
i
++
i
print(i + "\n")
;;
