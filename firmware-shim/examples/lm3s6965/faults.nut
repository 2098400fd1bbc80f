// What goes wrong in the field, one after the other: each time the program is started again, and is told why.

function fillHeap() {
    local kept = [];
    while (true) kept.append(blob(256));
}

function runWild() {
    while (true) {}
}

switch (hardware.wakereason()) {
    case WAKEREASON_POWER_ON:
        server.log("power on");
        // A native function that fails is an error like any other.
        try {
            hardware.pin5.configure(ANALOG_IN);
        } catch (error) {
            server.log(error);
        }
        server.log(hardware.i2c89.read(0xFE, "", 1) == null);
        fillHeap();
    case WAKEREASON_SW_RESET:
        server.log("restarted without memory");
        throw "nobody catches this";
    case WAKEREASON_SQUIRREL_ERROR:
        server.log("restarted after an error");
        imp.deepsleepfor(0.2);
    case WAKEREASON_TIMER:
        server.log("woken up");
        runWild();
    case WAKEREASON_HW_RESET:
        server.log("restarted by the watchdog");
        imp.reset();
}
