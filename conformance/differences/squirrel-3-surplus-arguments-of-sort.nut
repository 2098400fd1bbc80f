local numbers = [1, 3, 2];
numbers.sort(@(a, b) b <=> a, "surplus");
foreach (number in numbers) print(number + "\n");
