print("abc"[-1] + "\n");
try { "abc"[-4] } catch (e) { print(e + "\n") }
