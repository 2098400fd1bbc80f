// What only a released thread referred to is released with it.
function hold(held) {
    local thread = newthread(function() { return held; });
    thread.call();
}

function suspendHolding(held) {
    local thread = newthread(function(value) {
        local inside = { value = value };
        suspend(inside.weakref());
        return held;
    });
    thread.call(held);
}

function nest(held, depth) {
    local thread = newthread(function() {
        if (depth > 0) nest(held, depth - 1);
        suspend(held);
    });
    thread.call();
}

// What calls left behind in the registers of the reference.
function overwrite() {
    local a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0, j = 0, k = 0, l = 0, m = 0, n = 0;
    return [a, b, c, d, e, f, g, h, i, j, k, l, m, n].len();
}

foreach (which, use in [hold, suspendHolding, @(held) nest(held, 3)]) {
    local held = { which = which };
    local weak = held.weakref();
    use(held);
    held = null;
    overwrite();
    print(which + " " + (weak.ref() == null) + "\n");
}

local cycle = null;
cycle = newthread(function() { return cycle.getstatus(); });
print(cycle.call() + "\n");
cycle = null;

// A captured variable of a thread that is garbage together with it.
function tangle(number) {
    local thread = null;
    thread = newthread(function() {
        local list = [number];
        local last = @() [list, thread];
        list.append(last);
        suspend(list.len());
    });
    return thread.call();
}
local total = 0;
for (local i = 0; i < 50; ++i) total += tangle(i);
collectgarbage();
collectgarbage();
local after = [];
for (local i = 0; i < 200; ++i) after.append({ i = i, text = "number " + i });
foreach (i, item in after) if (item.i != i || item.text != "number " + i) throw "damaged";
print(total + "\n");
