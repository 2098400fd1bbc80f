local f = function[this](a) { return rawcall(a,this,1) }
local g = @[env](x) x
local o = Class(1){ x=1, y=2 }
print(__LINE__+__FILE__)
