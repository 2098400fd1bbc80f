// A serial port: reading never blocks and never throws.
port <- hardware.uartABCD;

server.log("before configure: " + port.read() + " '" + port.readstring() + "' " + port.readblob(4).len());
try port.write("x") catch (problem) server.log(problem);

server.log("rate " + port.configure(9600, 8, PARITY_NONE, 1, NO_CTSRTS, function() {
    // It waits for more and leaves something, so that it is called again until nothing is left.
    imp.sleep(0.02);
    server.log("received '" + port.readstring(4) + "'");
}));

imp.wakeup(10, function() {
    port.configure(115200, 8, PARITY_NONE, 1, NO_CTSRTS | CALLBACK_WITH_FLAGS, function(flags) {
        if (flags & READ_READY) server.log("flagged '" + port.readstring() + "'");
    });
});

imp.wakeup(20, function() {
    port.configure(9600, 8, PARITY_EVEN, 1, NO_CTSRTS | TIMING_ENABLED);
    server.log(port.read());
});
imp.wakeup(25, function() {
    local first = port.read();
    local second = port.read();
    server.log(first & 0xff);
    server.log((second & 0xff) + " after " + (second >> 8) + " us");
    server.log(port.read());
    port.write('x');
    port.write("text");
    port.write(blob(2));
    port.flush();
    port.disable();
    try port.write("x") catch (problem) server.log(problem);
});

foreach (action in [
    @() port.configure(9600, 9, PARITY_NONE, 1),
    @() port.configure(9600, 8, 7, 1),
    @() port.configure(9600, 8, PARITY_NONE, 3),
    @() port.configure(1, 8, PARITY_NONE, 1),
    @() port.setrxfifosize(0),
    @() port.settxactive(hardware.pinE, 1, 2, 5001),
]) {
    try server.log(action()) catch (problem) server.log(problem);
}
