// An error that nothing catches: the log, the handler, the restart.
server.log("started, wake reason " + hardware.wakereason());
if (hardware.wakereason() == WAKEREASON_SQUIRREL_ERROR) return;

class Sensor {
    function read() { return nosuch(); }
}

function measure(sensor) {
    local value = sensor.read();
    server.log(value);
}

imp.onunhandledexception(function(error) {
    server.log("handler: " + error);
    throw "another one";
});

try {
    imp.wakeup(1, @() measure(Sensor()));
} catch (error) {
    server.log("never");
}
imp.wakeup(2, @() server.log("never"));
