local zero = 0;
try { print(1 % zero) } catch (e) { print(e + "\n") }
