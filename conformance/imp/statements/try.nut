try throw 1
catch (e) print(e + "\n")
foreach (x in [null, 5, 2.5, "text", true]) try { throw x } catch (e) { print(e + " " + typeof e + "; ") }
print("\n");
function f() { try { return "returned" } catch (e) {} return "after" }
print(f() + "\n");
for (local i = 0; i < 3; i++) { try { if (i == 1) continue; if (i == 2) break; print("i" + i) } catch (e) {} }
print("\n");
try { try { throw "inner" } catch (e) { throw e + " again" } } catch (e) { print(e + "\n") }
local e = "outer";
try { throw "x" } catch (e) { e += "y"; print(e) }
print(" " + e + "\n");
// What a native function throws is a string.
try { [].pop() } catch (e) { print(typeof e + " " + e + "\n") }
