local a = 1;
switch (a) {
    default: a = 2;
    case 1: a = 3;
}
