	local	a = "ä" b = 2;
local x = { y = "😀", z = };
