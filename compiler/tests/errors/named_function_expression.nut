local f = function g() { }
