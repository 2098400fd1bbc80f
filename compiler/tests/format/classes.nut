class Empty {}
class   Sensor extends Base.Device </ version=1 , "x" : 2 /> {

    static COUNT=3;
    _name = null; _i2c = null
    </ doc = "text" />
    value = 0
    </ a = 1 /> static b = 2;


    constructor(i2c, address=0x90) { base.constructor(); _i2c = i2c }

    function read() {
        return _i2c.read() }
    static function create() { return Sensor() }
    function _get(key) return key;
    ["computed"+1] = 5;
    // the end
};
local Anonymous = class { x = 1 }
enum State { IDLE, BUSY=5, DONE="done" }
enum Empty {}
enum Rows {
  A B
  C = 1,
}
function Sensor::reset(hard = false) { }
local function helper(...) { return vargv.len() }
