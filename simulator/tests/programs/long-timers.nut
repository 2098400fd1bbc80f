// Timers beyond 2^32 microseconds (4,294.967296 s) fire at their time and in order, short ones in between.
function at(seconds) {
    imp.wakeup(seconds, @() server.log("timer of " + seconds + " s"));
}

at(10737418);
at(86400);
at(4294.967296);
at(5000);
at(4294);
at(1);
at(705.032704);
at(4295);

local beats = 0;
function beat() {
    beats++;
    if (beats % 20 == 0) server.log(beats + " beats");
    if (beats < 100) imp.wakeup(60, beat);
}
beat();

// A timer that is armed late in a long life.
imp.wakeup(86400 * 50, function() {
    at(0.5);
    at(4294.967296);
});
