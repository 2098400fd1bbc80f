// A version that there is not.
#require "Counter.class.nut:1.0.1"
print("not reached");
