#require "Counter.class.nut"
print("not reached");
