// first
print("done\n");
# without newline