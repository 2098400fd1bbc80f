// Memory ends, and nothing catches that.
if (hardware.wakereason() == WAKEREASON_SW_RESET) {
    server.log("restarted");
    return;
}
imp.wakeup(1, function() {
    try {
        local hoard = [];
        while (true) hoard.append(blob(1000));
    } catch (problem) {
        server.log("never");
    }
});
