// What a module has and lacks, by the documented feature tests.
function has(object, names) {
    local found = "";
    foreach (name in names) found += " " + name + (name in object ? " yes" : " no");
    return found;
}

server.log(imp.info().type);
server.log("imp:" + has(imp, ["wakeup", "deepsleepfor", "deepsleepuntil", "net", "nosuch"]));
server.log("server:" + has(server, ["log", "sleepfor", "sleepuntil", "save"]));
server.log("agent:" + has(agent, ["send", "on"]));
server.log("hardware:" + has(hardware, ["pinA", "pin1", "pinYN", "i2cJK", "i2c89", "uart0", "uartABCD", "spiflash"]));
server.log("measures:" + has(hardware, ["voltage", "vbat", "lightlevel"]));
server.log("root:" + has(getroottable(), ["imp", "server", "hardware", "agent", "device", "nv", "DIGITAL_OUT"]));
server.log("net: " + ("active" in imp.net.info()) + ", " + imp.net.CONNECTED);

foreach (read in [@() hardware.spiflash, @() hardware.pin0, @() imp.nosuch, @() hardware.vbat()]) {
    try server.log(read()) catch (problem) server.log(problem);
}

server.log(hardware.pinA == hardware.pinA);
server.log(typeof hardware.pinA);
server.log(hardware.getdeviceid() == hardware.getimpeeid());
server.log(hardware.getdeviceid().len() + " " + imp.getmacaddress().len());
server.log(imp.environment() == ENVIRONMENT_MODULE);

// Memory goes down and comes back.
local before = imp.getmemoryfree();
local hoard = array(1000, 0);
local during = imp.getmemoryfree();
hoard = null;
server.log(before > 0 && during < before && imp.getmemoryfree() > during);

// Settings.
server.log(imp.getpowersave());
imp.setpowersave(true);
server.log(imp.getpowersave());
server.log(imp.setsendbuffersize(30000));
server.log(imp.setsendbuffersize(-1));
server.log(imp.setsendbuffersize(2147483647));
imp.enableblinkup(true);
imp.configure("name", [], []);
hardware.configure(I2C_89);

server.log(imp.getuserconfiguration());
imp.setuserconfiguration("abc");
server.log(typeof imp.getuserconfiguration() + " " + imp.getuserconfiguration().tostring());
imp.setuserconfiguration(null);
server.log(imp.getuserconfiguration());
try imp.setuserconfiguration(blob(4097)) catch (problem) server.log(problem);
