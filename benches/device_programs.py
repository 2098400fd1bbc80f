#!/usr/bin/env python3
"""Writes large programs as devices run them, for the table of sizes: the same programs each time.

    device_programs.py FOLDER

Each is put together from parts that are written once here and repeated with other
names, texts and numbers, as the drivers, menus and handlers of a real device are.
"""
import pathlib
import sys

QUANTITIES = ["temperature", "humidity", "pressure", "light", "acceleration", "rotation", "field", "distance",
              "current", "voltage", "flow", "level", "weight", "speed", "noise", "dust"]
ROOMS = ["kitchen", "office", "cellar", "garage", "garden", "hall", "attic", "workshop", "stable", "cold store"]


def driver(number, name):
    """A driver for a sensor: registers, settings, conversion of raw values."""
    kind = name.title()
    address, first = 0x20 + 2 * number, 0x10 + number
    return f"""
const {name.upper()}_WHO_AM_I = 0x0F;
const {name.upper()}_CONTROL = {first:#04x};
const {name.upper()}_STATUS = {first + 1:#04x};
const {name.upper()}_DATA = {first + 2:#04x};
const {name.upper()}_THRESHOLD = {first + 8:#04x};

class {kind}Sensor {{
    static RANGES = [{number + 2}, {number + 4}, {number + 8}, {number + 16}];
    static RATES = {{ slow = 0x10, normal = 0x30, fast = {0x50 + number:#04x} }};

    _i2c = null;
    _address = null;
    _range = 0;
    _offset = 0.0;
    _scale = 1.0;
    _onAlarm = null;

    constructor(i2c, address = {address:#04x}) {{
        _i2c = i2c;
        _address = address;
        _scale = {number + 1}.0 / 32768;
    }}

    function init() {{
        local id = _read({name.upper()}_WHO_AM_I);
        if (id != {0x30 + number:#04x}) {{
            throw "no {name} sensor at address " + _address + ": found " + id;
        }}
        _write({name.upper()}_CONTROL, {0x27 + number:#04x});
        setRange(RANGES[0]);
    }}

    function setRange(range) {{
        local index = RANGES.find(range);
        if (index == null) throw "range must be one of " + RANGES.len() + " values";
        _range = index;
        _scale = range / 32768.0;
        local control = _read({name.upper()}_CONTROL);
        _write({name.upper()}_CONTROL, (control & ~0x30) | (index << 4));
        return range;
    }}

    function setRate(name) {{
        if (!(name in RATES)) return false;
        local control = _read({name.upper()}_CONTROL);
        _write({name.upper()}_CONTROL, (control & 0x0F) | RATES[name]);
        return true;
    }}

    function setAlarm(limit, callback) {{
        _onAlarm = callback;
        local raw = (limit / _scale).tointeger();
        _write({name.upper()}_THRESHOLD, raw & 0xFF);
        _write({name.upper()}_THRESHOLD + 1, (raw >> 8) & 0xFF);
    }}

    function calibrate(samples = {8 + number}) {{
        local sum = 0.0;
        for (local i = 0; i < samples; i++) {{
            local reading = read();
            if ("error" in reading) return reading;
            sum += reading.{name};
        }}
        _offset = sum / samples;
        return {{ offset = _offset }};
    }}

    function read(callback = null) {{
        local result = {{}};
        local status = _read({name.upper()}_STATUS);
        if ((status & 0x08) == 0) {{
            result.error <- "{name} is not ready";
        }} else {{
            local bytes = _readBytes({name.upper()}_DATA, 2);
            local raw = (bytes[1] << 8) | bytes[0];
            if (raw & 0x8000) raw -= 0x10000;
            result.{name} <- raw * _scale - _offset;
            if (_onAlarm != null && status & 0x40) _onAlarm(result.{name});
        }}
        if (callback == null) return result;
        callback(result);
    }}

    function _read(register) {{
        return _readBytes(register, 1)[0];
    }}

    function _readBytes(register, count) {{
        local bytes = _i2c.read(_address, register.tochar(), count);
        if (bytes == null) throw "I2C read failed: " + _i2c.readerror();
        return bytes;
    }}

    function _write(register, value) {{
        local error = _i2c.write(_address, register.tochar() + value.tochar());
        if (error) server.error("I2C write failed: " + error);
    }}
}}
"""


def machine(number, room):
    """A state machine of a heating circuit with its handlers and timers."""
    name = room.title().replace(" ", "")
    return f"""
enum {name}State {{ OFF, WARMING, HOLDING, COOLING, FAULT }}

{name.lower()} <- {{
    state = {name}State.OFF,
    target = {18 + number}.5,
    measured = null,
    since = 0,
    faults = 0,
    timer = null,

    function enter(next) {{
        if (next == state) return;
        server.log("{room}: " + nameOf(state) + " -> " + nameOf(next));
        if (timer != null) imp.cancelwakeup(timer);
        state = next;
        since = time();
        switch (next) {{
            case {name}State.OFF:
                pump.write(0);
                break;
            case {name}State.WARMING:
                pump.write(1);
                timer = imp.wakeup({600 + 60 * number}, tooSlow.bindenv(this));
                break;
            case {name}State.HOLDING:
                timer = imp.wakeup({30 + number}, check.bindenv(this));
                break;
            case {name}State.COOLING:
                pump.write(0);
                timer = imp.wakeup({120 + number}, check.bindenv(this));
                break;
            default:
                faults++;
                pump.write(0);
                agent.send("fault", {{ room = "{room}", count = faults, temperature = measured }});
        }}
    }}

    function nameOf(value) {{
        return ["off", "warming", "holding", "cooling", "fault"][value];
    }}

    function update(temperature) {{
        measured = temperature;
        if (temperature < -20 || temperature > {60 + number}) return enter({name}State.FAULT);
        local difference = target - temperature;
        if (state == {name}State.FAULT && faults < 3) {{
            enter({name}State.OFF);
        }} else if (difference > 0.5) {{
            enter({name}State.WARMING);
        }} else if (difference < -1.5) {{
            enter({name}State.COOLING);
        }} else {{
            enter({name}State.HOLDING);
        }}
    }}

    function tooSlow() {{
        if (measured == null || measured < target - 2) {{
            server.error("{room} does not get warm: " + measured + " of " + target);
            enter({name}State.FAULT);
        }}
    }}

    function check() {{
        timer = null;
        if (measured != null) update(measured);
    }}

    function report() {{
        return {{ room = "{room}", state = nameOf(state), target = target, measured = measured,
                 minutes = (time() - since) / 60, faults = faults }};
    }}
}};

agent.on("set {room}", function(target) {{
    if (typeof target != "float" && typeof target != "integer") return;
    if (target < 5 || target > {28 + number}) {{
        agent.send("refused", "{room} cannot have " + target + " degrees");
        return;
    }}
    {name.lower()}.target = target;
    {name.lower()}.check();
}});
"""


def menu(number, room):
    """A page of a menu with its texts and what the buttons do."""
    entries = "".join(f"""
        {{ text = "{quantity.title()}", unit = "{unit}", low = {low}, high = {high}, step = {step},
          show = function(value) {{ return format("%s: %.{step}f {unit}", text, value); }},
          changed = function(value) {{ settings["{room}"].{quantity} <- value; save("{room}"); }} }},"""
                      for quantity, unit, low, high, step in
                      [("temperature", "C", -10, 30 + number, 1), ("humidity", "%", 10, 90, 2),
                       ("light", "lx", 0, 1000 + number, 0), ("noise", "dB", 20, 120, 1)])
    return f"""
pages.append({{
    title = "{room.title()}",
    help = ["Turn to choose a value of the {room}.", "Press to change it.", "Hold for {number + 2} seconds to go back."],
    entries = [{entries}
    ],
    position = 0,
    editing = false,

    function draw(display) {{
        display.clear();
        display.text(0, 0, title + (editing ? " *" : ""));
        foreach (line, entry in entries) {{
            local value = entry.text.tolower() in settings["{room}"] ? settings["{room}"][entry.text.tolower()] : entry.low;
            local mark = line == position ? "> " : "  ";
            display.text(0, line + 1, mark + entry.show(value));
        }}
        if (!editing) display.text(0, {6 + number % 2}, help[position % help.len()]);
        display.show();
    }}

    function turned(steps) {{
        local entry = entries[position];
        if (!editing) {{
            position = (position + steps + entries.len()) % entries.len();
            return;
        }}
        local key = entry.text.tolower();
        local value = (key in settings["{room}"] ? settings["{room}"][key] : entry.low) + steps * entry.step;
        if (value < entry.low) value = entry.low;
        if (value > entry.high) value = entry.high;
        entry.changed(value);
    }}

    function pressed(seconds) {{
        if (seconds >= {number + 2}) return back();
        editing = !editing;
        beep(editing ? {440 + 20 * number} : {220 + 20 * number});
    }}
}});
"""


def command(number, quantity):
    """A command of a line protocol: parsing, checking, answering."""
    return f"""
commands["{quantity.upper()}"] <- {{
    usage = "{quantity} [get | set VALUE | log COUNT | alarm LOW HIGH]",
    value = {number}.5,
    history = [],

    function parse(words) {{
        if (words.len() < 2) return {{ error = "missing word after {quantity}", usage = usage }};
        local rest = words.slice(2);
        switch (words[1]) {{
            case "get":
                return {{ answer = "{quantity} " + value }};
            case "set":
                if (rest.len() != 1) return {{ error = "one value, please", usage = usage }};
                return set(rest[0]);
            case "log":
                return log(rest.len() > 0 ? rest[0] : "10");
            case "alarm":
                if (rest.len() != 2) return {{ error = "two limits, please", usage = usage }};
                return alarm(rest[0], rest[1]);
        }}
        return {{ error = "unknown word " + words[1], usage = usage }};
    }}

    function set(text) {{
        try {{
            local number = text.tofloat();
            if (number < {-10 * number} || number > {100 + 10 * number}) return {{ error = "out of range: " + text }};
            history.append({{ old = value, time = time() }});
            if (history.len() > {20 + number}) history.remove(0);
            value = number;
            return {{ answer = "{quantity} is " + number + " now" }};
        }} catch (error) {{
            return {{ error = "no number: " + text }};
        }}
    }}

    function log(count) {{
        local lines = "";
        local first = history.len() - count.tointeger();
        for (local i = first < 0 ? 0 : first; i < history.len(); i++) {{
            lines += history[i].time + " " + history[i].old + "\\n";
        }}
        return {{ answer = lines }};
    }}

    function alarm(low, high) {{
        local limits = [low.tofloat(), high.tofloat()];
        if (limits[0] >= limits[1]) return {{ error = "limits in the wrong order" }};
        agent.send("alarm", {{ what = "{quantity}", low = limits[0], high = limits[1] }});
        return {{ answer = "watching {quantity}" }};
    }}
}};
"""


def frames(number, quantity):
    """A frame of a binary protocol: layout as data, packing, unpacking, checksum."""
    return f"""
class {quantity.title()}Frame {{
    static ID = {0x80 + number:#04x};
    static FIELDS = [
        ["sequence", 'w', 1], ["flags", 'b', 1], ["raw", 's', {number + 1}], ["{quantity}", 'f', 0.5], ["battery", 'w', 1000],
    ];

    sequence = 0;
    flags = 0;
    raw = 0;
    {quantity} = 0.0;
    battery = 0;

    function pack() {{
        local frame = blob(16);
        frame.writen(0xAA, 'b');
        frame.writen(ID, 'b');
        foreach (field in FIELDS) frame.writen(this[field[0]], field[1]);
        frame.writen(checksum(frame), 'b');
        return frame;
    }}

    function unpack(frame) {{
        frame.seek(0, 'b');
        if (frame.readn('b') != 0xAA) throw "no frame of {quantity}";
        if (frame.readn('b') != ID) return null;
        foreach (index, field in FIELDS) {{
            local value = frame.readn(field[1]);
            this[field[0]] = field[2] == 1 ? value : value * field[2];
            if (index == 0 && value > {1000 + number}) server.log("{quantity}: sequence wraps soon");
        }}
        return {{ sequence = sequence, {quantity} = {quantity}, low = battery < {3000 + number} }};
    }}

    function checksum(frame) {{
        local sum = {number};
        for (local i = 0; i < frame.tell(); i++) sum = ((sum << 1) ^ frame[i]) & 0xFF;
        return sum;
    }}

    function _tostring() {{
        return "{quantity} #" + sequence + ": " + {quantity} + (flags & 1 ? " (simulated)" : "");
    }}
}}
"""


PROGRAMS = {
    "drivers": ("", driver, QUANTITIES),
    "heating": ("pump <- hardware.pin1;\n", machine, ROOMS),
    "menus": ("pages <- [];\nsettings <- {};\n", menu, ROOMS),
    "commands": ("commands <- {};\n", command, QUANTITIES),
    "frames": ("", frames, QUANTITIES),
}


def program(name):
    """The text of a program."""
    start, part, names = PROGRAMS[name]
    return start + "".join(part(number, name) for number, name in enumerate(names))


def main():
    folder = pathlib.Path(sys.argv[1])
    for name in PROGRAMS:
        (folder / f"{name}.nut").write_text(program(name))


if __name__ == "__main__":
    main()
