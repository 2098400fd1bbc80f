// The innermost frame is `in`, its callers are `from`; nameless functions are unknown, native ones are left out.
class Sensor {
    function read(pin) {
        local values = [1, 2].map(function(n) {
            return n + pin.value;
        });
        return values;
    }
}
sensor <- Sensor();
function loop() {
    local lambda = @() sensor.read({}) + 1;
    local result = lambda();
    return result;
}
print("started\n");
local result = loop();
