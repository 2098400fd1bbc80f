imp.wakeup(1, function(late) { server.log(late); });
imp.wakeup(1, function(late = 2) { server.log(late); });
agent.on("a", function() { server.log("a"); });
agent.on("a", function(...) { server.log("a"); });
agent.on("a", @(data) server.log(data));
agent.on("a", @(data, more) server.log(data));
