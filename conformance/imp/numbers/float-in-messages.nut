// In error messages floats have up to 14 digits.
local t = {};
try { t[0.1]; } catch (e) { print(e + "\n"); }
try { t[5.0]; } catch (e) { print(e + "\n"); }
try { t[1e20]; } catch (e) { print(e + "\n"); }
try { print(1.1 < "a"); } catch (e) { print(e + "\n"); }
try { print("a" < 2.5); } catch (e) { print(e + "\n"); }
