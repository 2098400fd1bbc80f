imp.wakeup(1, function() { poll() }.bindenv(this));
imp.wakeup(1.0, function() {
  poll();
}.bindenv(this));
agent.on("reading", function(reading)
{
    store(reading)
})
promise.then(function(value) {
    use(value)
}.bindenv(this), function(error) {
    report(error)
}.bindenv(this)).fail(@(e) server.error(e))
client
.connect()
    .then(function(v) { return v })
 .finally(done)
local cb = ready ? function() {
    go()
} : null
onEvent(function() {
    a()
}, 5)
