// Pins: modes, levels, callbacks, PWM and analog values.
button <- hardware.pinB;
relay <- hardware.pinE;

function attempt(action) {
    try {
        server.log("accepted: " + action());
    } catch (problem) {
        server.log(problem);
    }
}

relay.configure(DIGITAL_OUT, 1);
server.log("relay " + relay.read());
relay.write(0);
server.log("relay " + relay.read());
relay.write(true);
server.log("relay " + relay.read());
relay.configure(DIGITAL_OUT_OD, 1);
relay.configure(DIGITAL_OUT);
server.log("relay " + relay.read());

edges <- 0;
function edge() {
    edges++;
    server.log("edge " + edges + ": button " + button.read());
    // Everything that happens while the program is busy is one event.
    if (edges == 3) imp.sleep(5);
}
button.configure(DIGITAL_IN_PULLUP, edge);
server.log("button " + button.read());

// Replacing the callback from inside itself.
imp.wakeup(20, function() {
    button.configure(DIGITAL_IN_PULLUP, function() {
        server.log("the last edge");
        button.configure(DIGITAL_IN_PULLUP);
    });
});

local heater = hardware.pinXA;
server.log("steps: " + heater.getsteps());
heater.configure(PWM_OUT, 0.001, 0.25);
server.log("period " + heater.getperiod() + ", steps " + (heater.getsteps() > 0));
heater.write(0.5);
heater.write(1);
attempt(@() hardware.pinA.getsteps());
attempt(@() hardware.pinA.getperiod());
attempt(@() heater.getdelay());

local probe = hardware.pinW;
probe.configure(ANALOG_IN);
server.log("analog " + probe.read());
attempt(@() probe.write(1));

attempt(@() hardware.pinA.configure(DIGITAL_IN, edge));
attempt(@() hardware.pinA.configure(ANALOG_IN));
attempt(@() hardware.pinA.configure(PWM_OUT, 0.1, 0.1));
attempt(@() hardware.pinXA.configure(PWM_OUT, 0.0, 0.1));
attempt(@() hardware.pinA.configure(12345));
attempt(@() hardware.pinA.configure());
attempt(@() hardware.pinB.configure(DIGITAL_IN, 5));
attempt(@() hardware.pinA.write("1"));
