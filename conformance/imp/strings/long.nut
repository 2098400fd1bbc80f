// There is no limit at 65,535 bytes.
function repeat(s, count) {
    local all = "";
    while (count > 0) {
        if (count % 2) all += s;
        s += s;
        count /= 2;
    }
    return all;
}
foreach (length in [65535, 65536, 65537, 200000]) {
    local s = repeat("x", length - 1) + "y";
    print(s.len() + " " + s[length - 1] + " " + s[-1] + " " + s.find("y") + " " + s.slice(length - 3) + " ");
    local t = {};
    t[s] <- length;
    print(t[repeat("x", length - 1) + "y"] + " " + (s == repeat("x", length - 1) + "y") + " " + (s > repeat("x", length)) + " ");
    print((s + s).len() + " " + s.toupper().find("Y") + " " + format("%s!", s).len() + " " + split(s, "y")[0].len() + "\n");
}
