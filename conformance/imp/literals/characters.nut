// A character literal is an integer.
print('a' + " " + typeof 'a' + " " + '\n' + " " + '\\' + " " + '\'' + " " + '"' + " " + '\x41' + " " + '\0' + "\n");
print('\xff' + " " + ('a' == 97) + " " + ('z' - 'a') + "\n");
switch ("b"[0]) { case 'b': print("b\n"); }
