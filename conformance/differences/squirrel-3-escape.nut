print(escape("caf\xe9") + " " + escape("\t") + "\n");
