// I2C never throws: write returns a code, read returns null and readerror tells why.
i2c <- hardware.i2cJK;

function show(text) {
    if (text == null) return "null";
    local bytes = "";
    foreach (byte in text) bytes += format("%02x", byte);
    return bytes;
}

server.log("not configured: " + i2c.write(0x90, "\0") + " " + show(i2c.read(0x90, "\0", 2)) + " " + i2c.readerror());
foreach (speed in [CLOCK_SPEED_10_KHZ, CLOCK_SPEED_50_KHZ, CLOCK_SPEED_100_KHZ, CLOCK_SPEED_400_KHZ]) i2c.configure(speed);
try i2c.configure(123) catch (problem) server.log(problem);

server.log("read: " + show(i2c.read(0x90, "\0", 2)) + " " + i2c.readerror());
server.log("write: " + i2c.write(0x90, "\x01" + "\xab" + "\xcd"));
server.log("read back: " + show(i2c.read(0x90, "\x01", 2)));
server.log("pointer kept: " + show(i2c.read(0x90, "", 2)));
server.log("nobody there: " + i2c.write(0x92, "") + " " + show(i2c.read(0x92, "\0", 1)) + " " + i2c.readerror());
server.log("writing does not touch readerror: " + i2c.write(0x90, "") + " " + i2c.readerror());
server.log("a good read clears it: " + show(i2c.read(0x90, "\0", 1)) + " " + i2c.readerror());

i2c.disable();
i2c.disable();
server.log("disabled: " + i2c.write(0x90, "") + " " + show(i2c.read(0x90, "", 1)) + " " + i2c.readerror());

foreach (action in [@() i2c.read(0x90, 0, 1), @() i2c.read(0x90, "", -1), @() i2c.write(0x90, 5), @() i2c.read(0x90, "")]) {
    try server.log(action()) catch (problem) server.log(problem);
}
