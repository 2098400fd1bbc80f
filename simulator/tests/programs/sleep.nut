// Sleeping blocks: timers that become due meanwhile run afterwards, in their order.
imp.wakeup(3, @() server.log("three"));
imp.wakeup(1, @() server.log("one"));
imp.wakeup(2, @() server.log("two"));
imp.wakeup(20, @() server.log("twenty"));
local start = hardware.millis();
imp.sleep(10);
server.log("slept " + (hardware.millis() - start) + " ms");
start = hardware.micros();
imp.sleep(0.000025);
server.log("slept " + (hardware.micros() - start) + " us");
imp.sleep(0);
imp.sleep(-1.5);
server.log("slept " + (hardware.micros() - start) + " us in all");
// Longer than 2^32 microseconds.
imp.wakeup(30, @() imp.sleep(5000));
imp.wakeup(31, @() server.log("late"));
