// A thermostat: a TMP105 temperature sensor on I2C, and a relay that switches the heating.
//
// The room is kept at 20 degrees. What the relay does goes to the log.

const SENSOR = 0x90;
const REGISTER_TEMPERATURE = "\x00";
const CONFIGURE_12_BITS = "\x01\x60";

const TARGET = 20.0;
const HYSTERESIS = 0.5;
const SAMPLE_INTERVAL = 0.1;

class Thermostat {
    _i2c = null;
    _relay = null;
    _isOn = false;
    _hasFailed = false;

    constructor(i2c, relay) {
        _i2c = i2c;
        _relay = relay;
        _relay.configure(DIGITAL_OUT, 0);
    }

    function start() {
        local result = _i2c.write(SENSOR, CONFIGURE_12_BITS);
        if (result != 0) server.error("sensor: I2C write error " + result);
        _sample();
    }

    function _sample() {
        imp.wakeup(SAMPLE_INTERVAL, _sample.bindenv(this));
        local bytes = _i2c.read(SENSOR, REGISTER_TEMPERATURE, 2);
        if (bytes == null) return _fail();
        _hasFailed = false;
        // 12 bits with a sign, at the upper end of the register.
        local raw = ((bytes[0] << 8) | bytes[1]) >> 4;
        if (raw & 0x800) raw -= 0x1000;
        _control(raw * 0.0625);
    }

    function _control(temperature) {
        if (!_isOn && temperature < TARGET - HYSTERESIS) _switch(true, temperature);
        else if (_isOn && temperature > TARGET + HYSTERESIS) _switch(false, temperature);
    }

    function _switch(on, temperature) {
        _isOn = on;
        _relay.write(on ? 1 : 0);
        server.log(format("%.4f C: heating %s", temperature, on ? "on" : "off"));
    }

    function _fail() {
        if (_hasFailed) return;
        _hasFailed = true;
        server.error("sensor: I2C read error " + _i2c.readerror());
        if (_isOn) _switch(false, 0.0);
    }
}

i2c <- hardware.i2c89;
i2c.configure(CLOCK_SPEED_100_KHZ);

server.log("thermostat on " + imp.info().type);
thermostat <- Thermostat(i2c, hardware.pin1);
thermostat.start();
