local a = [], i = 0;
a[i] = (i = 2);
a[i++] = i;
local x = i + (i = 5);
local y = (a.x = i) + (i = 6);
local z = (i++, a);
