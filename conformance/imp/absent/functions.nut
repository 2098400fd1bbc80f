// What impOS took out, and what came with later editions: the names do not exist.
local names = [
    "setroottable", "getconsttable", "setconsttable", "compilestring", "newthread", "suspend", "setdebughook",
    "seterrorhandler", "getstackinfos", "enabledebuginfo", "collectgarbage", "resurrectunreachable",
    "getenv", "system", "remove", "rename", "file", "stdin", "stdout", "stderr", "loadfile", "dofile", "fopen",
    "writeclosuretofile", "stream", "printf", "escape", "startswith", "endswith", "regexp2",
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sqrt", "log", "log10", "exp", "pow", "floor", "ceil",
    "abs", "fabs", "rand", "srand", "PI", "RAND_MAX", "NaN", "_newthread_"
];
local root = getroottable();
foreach (name in names) {
    try { root[name]; print(name + " exists\n"); } catch (e) { if (e != "the index '" + name + "' does not exist") print(e + "\n"); }
    if (name in root) print(name + " is in the root table\n");
}
try { compilestring("return 1"); } catch (e) { print(e + "\n"); }
try { local s = sin(1); } catch (e) { print(e + "\n"); }
try { collectgarbage(); } catch (e) { print(e + "\n"); }
print(names.len() + " names\n");
