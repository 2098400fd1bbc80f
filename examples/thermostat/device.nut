// A thermostat: a TMP112 temperature sensor on I2C, a relay that switches the heating, and a button.
//
// The room is kept at a day or night temperature. The button asks for two degrees more for half an hour, and
// takes that back when it is pressed again. When the sensor fails, the heating goes off until it answers again.

const SAMPLE_INTERVAL = 60;
const RETRY_INTERVAL = 5;
const MAX_RETRIES = 3;
const REPORT_INTERVAL = 21600; // 6 hours

const DAY_TARGET = 20.0;
const NIGHT_TARGET = 17.0;
const DAY_STARTS = 6; // o'clock
const NIGHT_STARTS = 22;

const BOOST = 2.0;
const BOOST_TIME = 1800;
const DEBOUNCE_TIME = 0.02;

const SECONDS_PER_DAY = 86400;

// Driver of the TMP112 and sensors like it.
class TMP112 {
    static REGISTER_TEMPERATURE = 0x00;
    static REGISTER_CONFIGURATION = 0x01;

    static DEGREES_PER_BIT = 0.0625;
    static RATE_1_HZ = 0x6060;

    _i2c = null;
    _address = null;

    constructor(i2c, address = 0x90) {
        _i2c = i2c;
        _address = address;
    }

    function init() {
        _write(REGISTER_CONFIGURATION, RATE_1_HZ);
    }

    // Degrees Celsius.
    function read() {
        // 12 bits with a sign, at the upper end of the register.
        local raw = _read(REGISTER_TEMPERATURE) >> 4;
        if (raw & 0x800) raw -= 0x1000;
        return raw * DEGREES_PER_BIT;
    }

    function _read(register) {
        local bytes = _i2c.read(_address, register.tochar(), 2);
        if (bytes == null) throw "I2C read error " + _i2c.readerror();
        return (bytes[0] << 8) | bytes[1];
    }

    function _write(register, value) {
        local result = _i2c.write(_address, format("%c%c%c", register, value >> 8, value & 0xFF));
        if (result != 0) throw "I2C write error " + result;
    }
}

// Keeps a temperature by switching something on and off.
class Controller {
    static HYSTERESIS = 0.5;

    target = null;

    _relay = null;
    _isOn = false;
    _onSince = null;
    _onTime = 0;
    _starts = 0;

    constructor(relay, target) {
        _relay = relay;
        _relay.configure(DIGITAL_OUT, 0);
        this.target = target;
    }

    function update(temperature) {
        if (temperature < target - HYSTERESIS) _switch(true);
        else if (temperature > target + HYSTERESIS) _switch(false);
    }

    function off() {
        _switch(false);
    }

    // What the relay has done since the last call: seconds it was on, and how often it was switched on.
    function takeUsage() {
        local now = time();
        if (_isOn) {
            _onTime += now - _onSince;
            _onSince = now;
        }
        local usage = { seconds = _onTime, starts = _starts };
        _onTime = 0;
        _starts = 0;
        return usage;
    }

    function _switch(on) {
        if (on == _isOn) return;
        _isOn = on;
        _relay.write(on ? 1 : 0);
        if (on) {
            _onSince = time();
            _starts++;
        } else {
            _onTime += time() - _onSince;
        }
    }
}

// The lowest, highest and mean of many values.
class Statistics {
    count = 0;
    lowest = null;
    highest = null;
    _sum = 0.0;

    function add(value) {
        if (count == 0 || value < lowest) lowest = value;
        if (count == 0 || value > highest) highest = value;
        _sum += value;
        count++;
    }

    function mean() {
        return count == 0 ? 0.0 : _sum / count;
    }

    function _tostring() {
        if (count == 0) return "no values";
        return format("%.1f to %.1f C, mean %.1f C", lowest, highest, mean());
    }
}

class Thermostat {
    _sensor = null;
    _controller = null;
    _button = null;
    _period = null;
    _day = null;
    _failures = 0;
    _boostTimer = null;
    _debounceTimer = null;

    constructor(i2c, relay, button) {
        _sensor = TMP112(i2c);
        _controller = Controller(relay, _scheduledTarget());
        _button = button;
        _period = Statistics();
        _day = Statistics();
    }

    function start() {
        try {
            _sensor.init();
        } catch (error) {
            server.error("sensor: " + error);
        }
        _button.configure(DIGITAL_IN_PULLUP, _buttonChanged.bindenv(this));
        imp.wakeup(REPORT_INTERVAL, _report.bindenv(this));
        _atHour(DAY_STARTS, _startDay);
        _atHour(NIGHT_STARTS, _startNight);
        _sample();
    }

    function _sample() {
        local next = SAMPLE_INTERVAL;
        try {
            _accept(_sensor.read());
        } catch (error) {
            next = _fail(error);
        }
        imp.wakeup(next, _sample.bindenv(this));
    }

    function _accept(temperature) {
        if (_failures > 0) {
            server.log(format("sensor answers again after %d failures: %.1f C", _failures, temperature));
            _failures = 0;
        }
        _period.add(temperature);
        _day.add(temperature);
        _controller.update(temperature);
    }

    // Returns when to try again.
    function _fail(error) {
        _failures++;
        if (_failures == 1) server.error("sensor: " + error);
        if (_failures < MAX_RETRIES) return RETRY_INTERVAL;
        if (_failures == MAX_RETRIES) {
            server.error("sensor lost, heating off");
            _controller.off();
        }
        return SAMPLE_INTERVAL;
    }

    function _report() {
        imp.wakeup(REPORT_INTERVAL, _report.bindenv(this));
        local usage = _controller.takeUsage();
        server.log(format("%s report: %s, heating %d min in %d starts",
            _clock(), _period.tostring(), usage.seconds / 60, usage.starts));
        agent.send("report", { time = time(), mean = _period.mean(), heating = usage });
        _period = Statistics();
    }

    function _startDay() {
        _atHour(DAY_STARTS, _startDay);
        server.log("last day: " + _day + ", " + _day.count + " values");
        _day = Statistics();
        _setTarget(DAY_TARGET);
    }

    function _startNight() {
        _atHour(NIGHT_STARTS, _startNight);
        _setTarget(NIGHT_TARGET);
    }

    function _setTarget(target) {
        if (_boostTimer != null) target += BOOST;
        _controller.target = target;
        server.log(format("%s target %.1f C", _clock(), target));
    }

    function _buttonChanged() {
        // The contact bounces: look when it has settled.
        if (_debounceTimer != null) imp.cancelwakeup(_debounceTimer);
        _debounceTimer = imp.wakeup(DEBOUNCE_TIME, function() {
            _debounceTimer = null;
            if (_button.read() == 0) _toggleBoost();
        }.bindenv(this));
    }

    function _toggleBoost() {
        if (_boostTimer != null) {
            imp.cancelwakeup(_boostTimer);
            return _endBoost();
        }
        _boostTimer = imp.wakeup(BOOST_TIME, _endBoost.bindenv(this));
        _setTarget(_scheduledTarget());
    }

    function _endBoost() {
        _boostTimer = null;
        _setTarget(_scheduledTarget());
    }

    function _scheduledTarget() {
        local hour = date().hour;
        return hour >= DAY_STARTS && hour < NIGHT_STARTS ? DAY_TARGET : NIGHT_TARGET;
    }

    // Calls a method when it is so many o'clock next.
    function _atHour(hour, method) {
        local now = date();
        local wait = hour * 3600 - (now.hour * 3600 + now.min * 60 + now.sec);
        if (wait <= 0) wait += SECONDS_PER_DAY;
        imp.wakeup(wait, method.bindenv(this));
    }

    function _clock() {
        local now = date();
        return format("%02d:%02d", now.hour, now.min);
    }
}

i2c <- hardware.i2cJK;
i2c.configure(CLOCK_SPEED_400_KHZ);

thermostat <- Thermostat(i2c, hardware.pinA, hardware.pinB);
server.log("thermostat on " + imp.info().type);
thermostat.start();
