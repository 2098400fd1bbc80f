local i = 0, t = {};
i++;
--i;
local old = i++, new = ++i;
local sum = i + i++;
t.n++;
old = t.n--;
old = i--;
n++;
