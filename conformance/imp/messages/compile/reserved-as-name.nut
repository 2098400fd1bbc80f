local a = 1;
local class = 2;
