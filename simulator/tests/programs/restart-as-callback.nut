if (hardware.wakereason() == WAKEREASON_POWER_ON) imp.wakeup(1, server.restart);
else server.log("restarted");
