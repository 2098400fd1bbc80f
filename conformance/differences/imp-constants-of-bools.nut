const ON = true;
print(ON + "\n");
