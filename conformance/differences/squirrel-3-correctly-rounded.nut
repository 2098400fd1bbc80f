print(format("%.9g %.9g", sin(561.89), cos(592.475)) + "\n");
local bytes = blob(4);
bytes.writen(cos(136.955), 'f');
print(format("%02x%02x%02x%02x", bytes[3], bytes[2], bytes[1], bytes[0]) + "\n");
