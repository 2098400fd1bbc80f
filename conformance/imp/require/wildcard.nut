
#require "Counter.class.nut:1.0.x"
print("not reached");
