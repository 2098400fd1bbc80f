const A = [1]
const B = A + 1
enum C { X = f(), Y: 2 }
