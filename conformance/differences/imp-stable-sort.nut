local words = ["b1", "a1", "b2", "a2", "b3"];
words.sort(@(x, y) x[0] <=> y[0]);
foreach (word in words) print(word + " ");
print("\n");
