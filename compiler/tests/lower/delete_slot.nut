local t = {};
delete t.a;
local old = delete t["b"];
old = delete t[old];
delete name;
delete ::name;
