#require "Counter.class.nut:1.0.0";
print("not reached");
