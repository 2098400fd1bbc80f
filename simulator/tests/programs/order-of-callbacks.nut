// Timers without delay run in the order of their creation, the idle callback after them and only the last one.
imp.onidle(@() server.log("never"));
imp.wakeup(0, @() server.log("c"));
imp.onidle(function() {
    server.log("e");
    imp.onidle(@() server.log("f"));
});
imp.wakeup(0, @() server.log("d"));
server.log("a");
server.log("b");

imp.wakeup(1, function() {
    imp.onidle(@() server.log("never"));
    imp.onidle(null);
});

// Due in the same moment, created in this order.
foreach (name in ["first", "second", "third"]) {
    local name = name;
    imp.wakeup(2, @() server.log(name));
}
// A negative interval is none; one below the resolution is 0.01 s.
imp.wakeup(3, function() {
    imp.wakeup(0.001, @() server.log("a hundredth later"));
    imp.wakeup(-5, @() server.log("at once"));
});

// A callback may cancel another one that is due in the same moment, and itself.
local victim = null;
local own = null;
own = imp.wakeup(4, function() {
    imp.cancelwakeup(victim);
    imp.cancelwakeup(own);
    server.log("cancelled");
});
victim = imp.wakeup(4, @() server.log("never"));
imp.wakeup(4, function() {
    imp.cancelwakeup(victim);
    server.log("no harm in cancelling twice");
});
