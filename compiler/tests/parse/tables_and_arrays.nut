t = { a = 1, b = 2 c = 3, }
t = { ["k"] = 1, "json": 2, function f() { }, constructor() { } }
t = {}
t = [1 2, 3,]
t = [{} {}]
f({}, [])
