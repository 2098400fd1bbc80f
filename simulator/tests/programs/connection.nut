// The connection to the server under both policies.
server.log("connected: " + server.isconnected());

// SUSPEND_ON_ERROR: what has to be sent connects.
server.disconnect();
local before = server.isconnected();
server.log("connects");
server.log("before: " + before + ", after: " + server.isconnected());

server.setsendtimeoutpolicy(RETURN_ON_ERROR, WAIT_TIL_SENT, 30);
server.log("flushed: " + server.flush(1));
server.disconnect();
local codes = [server.log("never"), agent.send("name", 0), server.flush(1), server.isconnected(), imp.rssi()];

server.connect(function(reason) {
    server.log("connected: " + (reason == SERVER_CONNECTED) + " " + server.isconnected());
    foreach (code in codes) server.log(code);
    server.log("expectonlinein: " + server.expectonlinein(10));
    offlineAgain();
}, 30);
codes.append(server.isconnected());

function offlineAgain() {
    // The newer attempt takes the place of the older, and disconnecting ends it.
    server.connect(@(reason) server.log("never"));
    server.connect(@(reason) server.log("never"));
    server.disconnect();
    imp.wakeup(1, function() {
        local offline = !server.isconnected();
        server.connect(null);
        imp.wakeup(1, function() {
            server.log("offline: " + offline + ", then connected: " + server.isconnected());
            server.connect(@(reason) server.log("never: it is connected already"));
        });
    });
}
