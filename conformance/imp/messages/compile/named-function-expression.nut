local a = 1;
a = function name() {};
