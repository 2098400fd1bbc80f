foreach (key, value in { e = 1, d = 2, c = 3 }) print(key);
print("\n");
