// Counting loops of every kind, and rotations, with integers and with what is none.
local function line(text, loop) {
    local out = text + ":";
    loop(function(i) { out += " " + i; });
    print(out + "\n");
}

line("up to", function(visit) { for (local i = 0; i <= 3; i++) visit(i); });
line("up to a variable", function(visit) { local n = 3; for (local i = 1; i <= n; i++) visit(i); });
line("up from half", function(visit) { for (local i = 0.5; i <= 3; i++) visit(i); });
line("up to a float", function(visit) { local n = 2.5; for (local i = 0; i <= n; i++) visit(i); });
line("down to", function(visit) { for (local i = 3; i >= 0; i--) visit(i); });
line("down above", function(visit) { for (local i = 3; i > 0; i--) visit(i); });
line("down to a variable", function(visit) { local n = -1; for (local i = 1; i >= n; i--) visit(i); });
line("down above a variable", function(visit) { local n = -1; for (local i = 1; i > n; i--) visit(i); });
line("down from half", function(visit) { for (local i = 2.5; i > 0; i--) visit(i); });
line("down to a float", function(visit) { local n = 1.5; for (local i = 4; i >= n; i--) visit(i); });
line("never", function(visit) { local n = 5; for (local i = 0; i > n; i--) visit(i); });
line("moving limit", function(visit) { local n = 4; for (local i = 0; i <= n; i++) { n--; visit(i); } });
line("large literals", function(visit) {
    for (local i = 100000; i <= 100002; i++) {
        for (local k = 0.25; k <= 0.5; k += 0.25) visit(i * 1000 + k * 1000 - 100000000);
    }
});

function rotate(x) { return (x >>> 7 | x << 25) ^ (x << 3 | x >>> 29); }
print(rotate(0x12345678) + " " + rotate(-1) + " " + rotate(1) + "\n");
foreach (x in [1.5, "text", null]) {
    try {
        rotate(x);
        print("rotated\n");
    } catch (e) {
        print(e + "\n");
    }
}
