// An endless loop in a callback ends the run, not the host.
server.log("started");
imp.wakeup(1, function() {
    while (true) {}
});
