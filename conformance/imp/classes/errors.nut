function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
class A { field = 1; static s = 2; constructor(x = null) {} function m() {} }
A.before <- "new";
local a = A();
print(a.before + "\n");
fails(@() A.after <- 1);
fails(@() A.field <- 5);
A.method <- function() { return "added later" };
print(a.method() + "\n");
fails(@() A.field = 5);
fails(@() a.s = 5);
fails(@() a.none = 1);
fails(@() a.none <- 1);
fails(@() a.field <- 1);
fails(@() a.none);
fails(@() A.none);
fails(@() delete a.field);
fails(@() A(1, 2));
fails(function() { local B = class extends 5 {} });
fails(function() { local B = class extends null {} });
fails(@() a instanceof 5);
fails(@() 5 instanceof 6);
fails(@() a.m(1));
fails(@() A.getattributes("none"));
fails(@() A.setattributes("none", 1));
fails(@() a + 1);
fails(@() -a);
fails(@() a());
fails(@() clone 5);
fails(@() clone "text");
fails(@() clone fails);
fails(@() clone A);
fails(@() clone null);
// A constructor has to be a function.
fails(function() { local B = class { ["constructor"] = 5 }; B() });
fails(function() { local B = class {}; B.constructor <- 5; B() });
fails(function() { local B = class {}; B.newmember("constructor", "text"); B() });
