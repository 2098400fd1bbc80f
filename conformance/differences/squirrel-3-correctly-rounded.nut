print(format("%.9g %.9g", sin(561.89), cos(592.475)) + "\n");
