local nan = 0.0 / 0;
print((nan == nan) + " " + (-0.0 == 0.0) + " " + (nan > 1.0) + " " + (nan <=> 1.0) + "\n");
