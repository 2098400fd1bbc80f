// To the language it is a comment.
local x = 1;
#require "Counter.class.nut:1.0.0"
print("Counter" in getroottable());
print("\n");
print(Counter.VERSION);
