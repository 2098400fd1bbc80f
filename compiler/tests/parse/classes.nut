class A extends B.C </ a = 1, "b": 2 /> {
    x = 1; y = 2
    static z = 3;
    ["k" + 1] = 4
    </ doc = "m" /> function m(a) { }
    function declared();
    static function s() { } ;
    constructor() { base.constructor() }
    function constructor() { }
}
class a.b { }
class ::c { }
local d = class extends f() { }
local e = [class { }, class extends A { x = 1 }]
