// Unix seconds; `usec` is 0 on a device; a time outside of 2000 to 2099 gives zeros.
function show(d) { print(format("%04d-%02d-%02d %02d:%02d:%02d w%d y%d u%d t%d\n", d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.usec, d.time)); }
show(date(946684800));
show(date(1400000000));
show(date(1709210096));
show(date(2147483647));
show(date(0));
show(date(-1));
show(date(946684799));
show(date(1400000000, 'l'));
print(date(1400000000).len() + "\n");
print(typeof time() + " " + typeof clock() + " " + (time() >= 946684800) + "\n");
try { date("x") } catch (e) { print(e + "\n") }
