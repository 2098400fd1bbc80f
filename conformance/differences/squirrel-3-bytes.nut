print("\xff"[0] + " " + '\xff' + "\n");
