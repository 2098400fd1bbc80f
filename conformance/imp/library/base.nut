print(typeof getroottable() + " " + (getroottable() == this) + " " + type(5) + " " + type(null) + " " + dummy() + "\n");
print(assert(true) + " " + _version_ + " " + _versionnumber_ + "\n");
try { assert(false) } catch (e) { print(e + "\n") }
try { assert(null) } catch (e) { print(e + "\n") }
try { assert(true, "message") } catch (e) { print(e + "\n") }
print(array(2, 7)[1] + " " + array().len() + "\n");
function f() { return callee() }
print((f() == f) + "\n");
print(type(blob()) + " " + typeof blob() + " " + type(regexp("a")) + " " + typeof regexp("a") + "\n");
print(5); print("\n"); print(null); print(1.5); print(true); print("\n");
