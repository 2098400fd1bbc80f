// What does not fit in instructions is loaded before the outermost loop.
function scaled(values, out) {
    foreach (i, v in values) {
        for (local k = 300; k >= 0; k--) {
            out[k] = v * 0.5 + 1000;
            out[i] = false;
        }
    }
    for (local i = 0; i <= 9; i++) values[i] <- true;
}

// A rotation is one instruction, a shift of two variables is not.
function rotated(x, y) {
    return (x >>> 7 | x << 25) ^ (y << 3 | y >>> 29) ^ (x >>> 7 | y << 25) ^ (x >>> 7 | x << 24);
}
