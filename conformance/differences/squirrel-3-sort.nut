local asked = 0, numbers = [];
for (local i = 0; i < 64; i++) numbers.append((i * 37) % 64);
numbers.sort(function(x, y) { asked++; return x <=> y });
print(numbers[0] + " " + numbers[63] + " " + (asked < 450) + "\n");
