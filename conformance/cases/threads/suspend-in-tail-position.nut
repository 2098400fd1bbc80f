function ask(x) {
    return suspend(x);
}
function twice(x) {
    local first = ask(x);
    return first + ask(first + 1);
}
local t = newthread(twice);
print(t.call(1) + "\n");
print(t.wakeup(10) + "\n");
print(t.wakeup(20) + "\n");
print(t.getstatus() + "\n");
