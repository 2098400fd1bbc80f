local a = { x=1, y = 2 }
local b = {
    x = 1, y = 2
    z = 3 }
local c = { "json" : true, ["k"+1] = 2, function call(x) { return x } }
local d = { inner = { deep = {
    x = 1 } } }
local e = [
    1, 2, 3
    4, 5, 6,

    7
]
local f = [{ a = 1 }, {
    b = 2 }]
local g = [{
    a = 1
}]
