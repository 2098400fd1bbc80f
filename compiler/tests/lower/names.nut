local root = ::x, own = this.y, free = z;
local b = base;
local first = root[0], last = root[256], minus = root[-1];
