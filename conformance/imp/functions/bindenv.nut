class P { n = 0; constructor(x) { n = x } function get() { return n } }
local get = P(5).get.bindenv(P(7));
// The environment is held strongly: nothing else refers to it.
print(get() + " " + get.call(P(9)) + " " + get.bindenv({ n = "t" })() + "\n");
local weak, bound;
{
    local env = { n = "alive" };
    weak = env.weakref();
    bound = (function() { return n }).bindenv(env);
}
print(bound() + " " + (weak.ref() != null) + "\n");
bound = null;
print((weak.ref() != null) + "\n");
print((function() { return this }).bindenv(P)() == P);
print("\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() fails.bindenv(5));
fails(@() fails.bindenv("s"));
fails(@() fails.bindenv(null));
fails(@() fails.bindenv([]));
// Native functions can be bound, too.
local table = { a = 1, b = 2 };
local length = table.len.bindenv(table);
print(length() + "\n");
local b = blob(4), write = b.writen.bindenv(b);
write(65, 'b');
print(b.tell() + " " + b[0] + "\n");
