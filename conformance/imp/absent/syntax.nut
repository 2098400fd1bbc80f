// `rawcall` is an ordinary name, and a call has no initialiser behind it.
local rawcall = @(f) f();
print(rawcall(@() "called") + "\n");
function make() { return {} }
local t = make()
{ print("a block\n") }
try { __LINE__ } catch (e) { print(e + "\n") }
try { __FILE__ } catch (e) { print(e + "\n") }
