// A generator or a weak reference is no default value.
function gen() { yield 1 }
local g = gen(), object = {}, weak = object.weakref();
try { local f = function(a = g) {}; print("made\n") } catch (e) { print(e + "\n") }
try { local f = function(a = weak) {}; print("made\n") } catch (e) { print(e + "\n") }
try { local f = @(a, b = 1, c = g) a; print("made\n") } catch (e) { print(e + "\n") }
class NC { function _cloned(o) { throw "not me" } }
local nc = NC();
function later(x = nc) {}
try { later() } catch (e) { print(e + "\n") }
later(1);
