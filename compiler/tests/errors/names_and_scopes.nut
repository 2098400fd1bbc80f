local a = 1;
a <- 2;
delete a;
const B = 1;
B = 2;
enum C { D }
local e = C.F;
local g = C;
break;
class a { }
