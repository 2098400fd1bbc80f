local a = “text”
local b = 1 § 2
