// A literal has one weak reference, like any object, and it can be let go of and made again.
local one = "abc".weakref();
local other = "abc".weakref();
print((one == other) + "\n");
one = other = null;
one = "abc".weakref();
print(one.ref() + "\n");
