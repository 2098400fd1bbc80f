getconsttable().F <- function() { return 5 };
try { compilestring("return F()")() } catch (e) { print(e + "\n") }
