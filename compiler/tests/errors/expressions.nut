a = * 2;
b = c +
d = e === f;
g &= 1;
h = +1;
i(j, );
k ? l;
