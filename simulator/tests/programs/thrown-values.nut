// What the log says of values that are no strings, in the main function.
if (hardware.wakereason() == WAKEREASON_POWER_ON) throw 42;
if (imp.getuserconfiguration() == null) {
    imp.setuserconfiguration("thrown twice");
    local text = "a" + "\0" + "b";
    throw text;
}
