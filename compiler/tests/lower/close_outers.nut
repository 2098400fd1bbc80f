local all = [];
for (local i = 0; i < 3; i++) {
    local j = i;
    if (j == 1) continue;
    all.append(@() i + j);
    if (j == 2) break;
}
do { local k = 1; all.append(@() k); } while (all);
