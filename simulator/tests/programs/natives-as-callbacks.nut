// Natives can be callbacks too. One that gets the wrong number of arguments fails like any function; native frames
// do not appear in the log.
server.log("wake reason " + hardware.wakereason());
imp.wakeup(1, server.isconnected);
imp.onidle(server.disconnect);
if (hardware.wakereason() == WAKEREASON_POWER_ON) imp.wakeup(2, imp.wakeup);
imp.wakeup(3, @() server.log("connected: " + server.isconnected()));
