class A {}
class B extends A </ first = 1 /> {
    x = 1;
    static y = 2;
    </ unit = "V" /> z = null;
    constructor(x) { base.constructor(x); this.x = x; }
    function get() { return base.get() + x; }
    ["computed" + 1] = 3;
}
class t.C extends B {}
local D = class extends B {};
