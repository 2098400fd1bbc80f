print.call(this, "text\n");
print(abs.call(this, -1) + "\n");
