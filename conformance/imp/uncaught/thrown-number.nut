throw 1.5;
