function show(list) { print(list.len() + ":"); foreach (x in list) print(" [" + x + "]"); print("\n"); }
// Empty pieces are dropped.
show(split("a,,b,", ","));
show(split("a,b;c", ",;"));
show(split("", ","));
show(split(",,,", ","));
show(split("abc", ","));
show(split(",a", ","));
try { split("a", "") } catch (e) { print(e + "\n") }
try { split("a", ",", true) } catch (e) { print(e + "\n") }
try { split("a") } catch (e) { print(e + "\n") }
print("[" + strip(" \t\n\v\f\r a b \r\n") + "] [" + lstrip("  a ") + "] [" + rstrip(" a  ") + "] [" + strip("") + "] [" + strip("   ") + "]\n");
