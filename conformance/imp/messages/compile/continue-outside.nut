local a = 1;
switch (a) { case 1: continue; }
