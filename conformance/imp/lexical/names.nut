// Names that later editions reserve, and others that look reserved.
local rawcall = 1, __LINE__ = 2, __FILE__ = 3, parent = 4, delegate = 5, vargc = 6, vargv_ = 7, _ = 8, A1_b = 9;
print(rawcall + __LINE__ + __FILE__ + parent + delegate + vargc + vargv_ + _ + A1_b + "\n");
local a = 1, A = 2;
print(a + " " + A + "\n");
class C { constructor() { print("made\n"); } }
local c = C();
print(typeof c.constructor + " " + typeof C.constructor + "\n");
local t = { ["class"] = 1, ["if"] = 2 };
print(t["class"] + t["if"] + "\n");
