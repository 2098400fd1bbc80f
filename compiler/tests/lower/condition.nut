local a = 1, b = 2;
if (a) b = 1;
if (!a) b = 2; else b = 3;
if (a < b && b <= 10 || a != null) b = 4;
if (!(a > b || b >= 10)) b = 5;
if ("x" == a && null != b) b = 6;
if (a == 1.5) b = 7;
if (a in b) b = 8;
if (true) b = 9; else b = 10;
