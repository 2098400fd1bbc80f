// Where a string is wanted, a blob is converted to one.
local b = blob();
b.writestring("1,2");
print(b.tostring() + " " + split(b, ",").len() + " " + strip(b) + " " + format(b) + "\n");
print(regexp("2").search(b).begin + " " + "x1,2y".find(b) + "\n");
local target = blob();
target.writestring(b);
print(target.len() + "\n");
