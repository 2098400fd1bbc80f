function endless() { return 1 + endless() }
try { endless() } catch (e) { print(e + "\n") }
