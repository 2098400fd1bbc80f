#require "Counter.class.nut:1.*"
print("not reached");
