local a = 1;
local b = typeof a, c = clone a;
b = a instanceof c;
b = a in c;
b = a <=> c;
b = a != c;
b = a == null;
