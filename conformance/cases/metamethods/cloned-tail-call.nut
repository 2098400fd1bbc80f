// `_cloned` may end in a call; the copy is the result all the same.
class Helper { function note(original) { return "noted " + original.x; } }
helper <- Helper();
class Point {
    x = 1;
    function _cloned(original) { return ::helper.note(original); }
}
local copy = clone Point();
print(typeof copy + " " + (copy instanceof Point) + " " + copy.x + "\n");
local t = { x = 2 };
t.setdelegate({ function _cloned(original) { return ::helper.note(original); } });
t = clone t;
print(typeof t + " " + t.x + "\n");
