function gen(n) { for (local i = 0; i < n; i++) yield i; return "end" }
local g = gen(2);
print(typeof g + " " + g.getstatus() + " " + resume g + " " + g.getstatus() + " " + resume g + " " + resume g + " " + g.getstatus() + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() resume g);
fails(@() resume 5);
fails(@() resume null);
fails(@() resume gen);
local self = null;
self = (function() { yield 1; try { resume self } catch (e) { yield e } yield self.getstatus() })();
print((resume self) + " " + (resume self) + " " + (resume self) + "\n");
function bad() { yield 1; throw "inside" }
local b = bad();
resume b;
fails(@() resume b);
print(b.getstatus() + "\n");
fails(@() resume b);
function careful() { try { yield "try"; throw "x" } catch (e) { yield "caught " + e } }
local c = careful();
print((resume c) + " " + (resume c) + " " + (resume c) + "\n");
local t = { n = 5, function values() { yield n; yield n + 1 } };
local v = t.values();
print((resume v) + " " + (resume v) + "\n");
function early() { yield; return }
local e = early();
print((resume e) + " " + (resume e) + "\n");
