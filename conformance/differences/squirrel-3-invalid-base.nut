try { print("7".tointeger(-3) + "\n"); } catch (e) { print(e + "\n"); }
