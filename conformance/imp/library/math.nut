print(typeof math + " " + math.abs(-5) + " " + math.abs(-5.7) + " " + typeof math.abs(-5.7) + " " + math.abs(-2147483648) + "\n");
print(math.floor(2.5) + " " + typeof math.floor(2.5) + " " + math.ceil(2.1) + " " + math.floor(-2.5) + " " + math.ceil(-2.5) + "\n");
print(math.sqrt(2) + " " + math.pow(2, 10) + " " + math.exp(1) + " " + math.log(10) + " " + math.log10(1000) + "\n");
print(math.sin(1) + " " + math.cos(1) + " " + math.tan(1) + " " + math.asin(0.5) + " " + math.acos(0.5) + " " + math.atan(1) + " " + math.atan2(1, -1) + "\n");
print(math.fabs(-2) + " " + typeof math.fabs(-2) + " " + math.PI + " " + math.RAND_MAX + "\n");
print(format("%.7f", math.PI) + " " + math.sqrt(-1) + " " + math.log(0) + "\n");
print(typeof math.sqrt(4) + " " + typeof math.pow(2, 2) + " " + math.sqrt(4) + "\n");
local ok = true;
for (local i = 0; i < 100; i++) { local r = math.rand(); if (typeof r != "integer" || r < 0 || r > math.RAND_MAX) ok = false; }
print(ok + "\n");
// srand() has no effect.
math.srand(1);
local first = math.rand();
math.srand(1);
print((first == math.rand()) + " " + math.srand(5) + "\n");
local names = [];
foreach (name in ["abs", "acos", "asin", "atan", "atan2", "ceil", "cos", "exp", "fabs", "floor", "log", "log10", "pow", "rand", "sin", "sqrt", "srand", "tan", "PI", "RAND_MAX"]) if (!(name in math)) print(name + " is missing\n");
try { math.sin("x") } catch (e) { print(e + "\n") }
try { math.sin() } catch (e) { print(e + "\n") }
try { math.nothing } catch (e) { print(e + "\n") }
