foreach (byte in blob()) print("never");
print("none\n");
