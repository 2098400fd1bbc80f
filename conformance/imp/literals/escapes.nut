function show(s) {
    local text = s.len() + ":";
    foreach (byte in s) text += " " + byte;
    print(text + "\n");
}
show("\t\a\b\n\r\v\f\0\\\"\'");
// `\x` takes one to four digits, of which the low byte counts.
show("\x41B");
show("\x00a");
show("\x0000a");
show("\x00" + "a");
show("\x1");
show("\x12345");
show("\xFf\x0g");
show("\0a");
show("\01");
