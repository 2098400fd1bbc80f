// All of these exist, or may exist.
made <- 1;
server.log(made + ::made);
function f() { return g; }
class C {
    field = 1;
    function m() { return field + inherited; }
}
inherited <- 2;
class D extends f() { function m() { return anything; } }
if ("optional" in getroottable()) server.log(optional);
if ("pinXA" in hardware) hardware.pinXA.write(1);
g <- f.bindenv({ local_slot = 1 });
server.log(vargv);
server.log(len() + LIMIT);
