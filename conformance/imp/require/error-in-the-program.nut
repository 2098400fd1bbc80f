#require "Counter.class.nut:1.0.0"
#require "Fail.lib.nut:1.2.3"
// The compiler names the line of the program itself.
local x = ;
