local t = {};
try { t[null] = 2; print("stored\n"); } catch (e) { print(e + "\n"); }
try { delete t[null]; print("deleted\n"); } catch (e) { print(e + "\n"); }
try { t[null]; } catch (e) { print(e + "\n"); }
print(t.len() + "\n");
