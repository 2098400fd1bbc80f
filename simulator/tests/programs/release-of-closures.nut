// A closure is released as soon as its timer has fired or is cancelled, although the timer is still held.
held <- [];

function watched(name, action) {
    local captured = { name = name };
    watch[name] <- captured.weakref();
    return function() { action(captured.name); };
}

watch <- {};

function report(when) {
    foreach (name in ["fired", "cancelled", "replaced", "idle", "waiting"]) {
        if (name in watch) server.log(when + ": " + name + " is " + (watch[name] == null ? "gone" : "alive"));
    }
}

held.append(imp.wakeup(1, watched("fired", @(name) server.log(name + " runs"))));
held.append(imp.wakeup(2, watched("cancelled", @(name) server.log("never"))));
held.append(imp.wakeup(100, watched("waiting", @(name) server.log(name + " runs"))));
imp.onidle(watched("replaced", @(name) server.log("never")));
imp.onidle(watched("idle", @(name) server.log(name + " runs")));

report("start");
imp.cancelwakeup(held[1]);
report("after cancelling");
imp.wakeup(1, @() report("right after"));
imp.wakeup(200, function() {
    report("end");
    server.log(held.len() + " timers held, the first is " + (held[0] == null ? "null" : "not null"));
});
