local t = {};
t.a <- 1;
t.a = t["b"] = t;
t[t] <- 2;
::g <- 3;
::g = 4;
g = 5;
h <- 6;
this.i = 7;
