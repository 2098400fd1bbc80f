#require "Nobody.lib.nut:1.0.0"
print("not reached");
