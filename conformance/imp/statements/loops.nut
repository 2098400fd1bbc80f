local i = 0, text = "";
while (i < 3) text += i++;
do { text += i } while (i-- > 1);
for (local k = 0, m = 10; k < m; k += 3, m--) text += " " + k;
for (;;) { break }
print(text + "\n");
// One variable for each loop, for `for` and `foreach` alike.
local fs = [], gs = [], hs = [];
for (local i = 0; i < 3; i++) fs.append(@() i);
foreach (v in [1, 2, 3]) gs.append(@() v);
// A local of the body is a fresh one each time.
for (local i = 0; i < 3; i++) { local mine = i; hs.append(@() mine) }
for (local n = 0; n < 3; n++) print(fs[n]() + " " + gs[n]() + " " + hs[n]() + "; ");
print("\n");
outer_done <- false;
for (local a = 0; a < 3; a++) {
    foreach (b in [0, 1, 2]) {
        if (b == 1) continue;
        if (a == 1) break;
        print(a + "" + b + " ");
    }
}
print("\n");
