#require "Counter.class.nut:1.0.0"
// In another version, too.
#require "Counter.class.nut:2.0.0"
print("not reached");
