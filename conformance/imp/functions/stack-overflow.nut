// Unbounded recursion is an error that can be caught.
function endless(n) { return 1 + endless(n + 1) }
try { endless(0) } catch (e) { print(e + "\n") }
class N { function _tostring() { return "" + this } }
try { "" + N() } catch (e) { print(e + "\n") }
local m = function(f) { return [1].map(@(x) f(f))[0] };
try { m(m) } catch (e) { print(e + "\n") }
print("goes on\n");
