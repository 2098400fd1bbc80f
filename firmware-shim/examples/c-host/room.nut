// A room with a sensor, a heater and a button, all of them functions of the C program.

target <- 20.0;

function check() {
    local temperature = sensor.read();
    heater.write(temperature < target);
    print(format("%.1f degrees, heater %s", temperature, heater.read() ? "on" : "off"));
}

button.pressed(function() {
    target += 1.0;
    print("the target is " + target);
    check();
});

function describe(name, scale) {
    return { text = name + " at " + sensor.read() * scale, readings = [1, 2.5, null] };
}

function spin(rounds) {
    local count = 0;
    while (count < rounds) count++;
    return count;
}

function fill() {
    local blocks = [];
    while (true) blocks.append(blob(1024));
}

function outer() {
    sensor.calibrate("cold");
}

function wrong() {
    heater.write(1, 2);
}

check();
