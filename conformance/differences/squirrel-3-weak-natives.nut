print((print.weakref() == print) + " " + typeof print.weakref() + "\n");
