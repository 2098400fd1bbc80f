local f = function[env]() { }
