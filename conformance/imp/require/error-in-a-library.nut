// The compiler names the line of the library.
#require "Counter.class.nut:1.0.0"
#require "Broken.lib.nut:1.0.0"
print("not reached");
