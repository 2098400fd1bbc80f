// Wrong arguments.
function attempt(action) {
    try {
        action();
        server.log("accepted");
    } catch (problem) {
        server.log(problem);
    }
}

attempt(@() imp.wakeup(1));
attempt(@() imp.wakeup("1", @() null));
attempt(@() imp.wakeup(1, 2));
attempt(@() imp.wakeup(10737419, @() null));
attempt(@() imp.wakeup(1e30, @() null));
attempt(@() imp.wakeup(0.0 / 0.0, @() null));
attempt(@() imp.cancelwakeup(null));
attempt(@() imp.cancelwakeup(hardware.pinA));
attempt(@() imp.onidle(1));
attempt(@() imp.sleep("1"));
attempt(@() imp.deepsleepfor(-1));
attempt(@() imp.deepsleepfor(2419199));
attempt(@() imp.deepsleepuntil(24, 0));
attempt(@() server.sleepfor(2419199));
attempt(@() server.setsendtimeoutpolicy(7, 0, 30));
attempt(@() agent.send("name"));
attempt(@() agent.send("name", null));
attempt(@() agent.on("name", @(data) null));
attempt(@() agent.on("name", null));
attempt(@() hardware.pinA.getclass()().read());
attempt(@() clone hardware.pinA);
attempt(@() imp.wakeup <- 1);
