class Blinker {
    _state = 0;
    function harmless() { return 1; }
    function loop() {
        _state++;
        imp.wakeup(1, loop);
        imp.wakeup(1, this.loop);
        imp.wakeup(1, loop.bindenv(this));
        imp.wakeup(1, harmless);
        imp.wakeup(1, function() { _state = 2; });
        imp.wakeup(1, function() { _state = 2; }.bindenv(this));
        imp.wakeup(1, function() { local state = 3; server.log(state); });
        agent.on("stop", function(data) { this.loop(); });
        pin.configure(DIGITAL_IN, loop);
    }
}
pin <- null;
foreach (i, name in ["a", "b"]) {
    imp.wakeup(1, @() server.log(name));
    local copy = i;
    imp.wakeup(1, function() { server.log(copy); });
}
