#require "Counter.class.nut:2.0.0"
print(Counter.VERSION + " " + STEP + " " + twice(@() 4) + "\n");
