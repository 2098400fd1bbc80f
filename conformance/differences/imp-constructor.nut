local C = class { ["constructor"] = 5 };
try { C() } catch (e) { print(e + "\n") }
