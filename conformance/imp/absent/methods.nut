function absent(object, names) {
    foreach (name in names) {
        try { object[name]; print(typeof object + "." + name + " exists\n"); }
        catch (e) { if (e != "the index '" + name + "' does not exist") print(e + "\n"); }
    }
}
function gen() { yield 1 }
class C {}
absent(function() {}, ["getinfos", "getroot", "setroot", "getenv"]);
absent(print, ["getinfos"]);
absent({}, ["keys", "values", "map", "filter", "reduce", "newthread"]);
absent([], ["contains", "indexof", "fill"]);
absent("", ["startswith", "endswith", "escape", "split", "hash"]);
absent(C, ["getfuncs", "lock"]);
absent(C(), ["getfuncs"]);
absent(gen(), ["resume", "next"]);
absent(5, ["len", "slice"]);
try { null.x } catch (e) { print(e + "\n") }
try { (function() {}).getinfos() } catch (e) { print(e + "\n") }
