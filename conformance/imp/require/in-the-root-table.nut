// Libraries stand in the place of their lines, and what they make is in the root table, with their constants.

/* Comments and empty lines
   may precede them. */
#require "Counter.class.nut:1.0.0"
# Between them, too.
#require "Side.device.lib.nut:0.1.0"
  #require "Side.agent.lib.nut:0.1.0"
#require	"Pre.lib.nut:2.0.0-beta.1"

local counter = Counter();
print(twice(counter.next.bindenv(counter)) + " " + STEP + " " + Counter.VERSION + "\n");
print(("Counter" in getroottable()) + " " + ("STEP" in getroottable()) + " " + side + " " + other + " " + pre + "\n");
