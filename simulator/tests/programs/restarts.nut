// Ways to end a program, and what the next life knows of it.
server.log("wake reason " + hardware.wakereason() + ", up for " + hardware.millis() + " ms, clock " + clock());
imp.wakeup(5, @() server.log("never: the program ends before"));
imp.wakeup(1, function() {
    try {
        switch (hardware.wakereason()) {
            case WAKEREASON_POWER_ON: server.restart(); break;
            case WAKEREASON_SW_RESTART: imp.deepsleepfor(3600); break;
            case WAKEREASON_TIMER: imp.reset(); break;
            case WAKEREASON_SW_RESET: server.sleepuntil(2, 30); break;
        }
    } catch (problem) {
        server.log("never");
    }
    server.log("never");
});
