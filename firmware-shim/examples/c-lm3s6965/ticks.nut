// Counts ticks of the timer until there are enough. Runs twice at the same time; each machine has its own limit.

ticks <- 0;

try {
    board.led(1, true);
} catch (error) {
    print(board.name() + ": " + error + "\n");
}

board.onTick(function() {
    ticks++;
    board.led(0, ticks % 2 == 1);
    if (ticks % 10 == 0) print(format("%s: %d ticks\n", board.name(), ticks));
    if (ticks == board.limit()) {
        board.onTick(null);
        board.done();
    }
});
