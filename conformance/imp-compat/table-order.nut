// Tables and classes are iterated in the order of the nodes of their hash tables.
function show(slots) {
    local text = "";
    foreach (key, value in slots) text += key + " ";
    print(text + "\n");
}

show({a = 1, b = 2, c = 3, d = 4, e = 5});
show({temperature = 21.5, humidity = 40, id = "a", battery = 3.1, time = 0});
show({});

// Integers, floats and bools; what collides goes to the end.
local slots = {};
foreach (key in [7, 3, 11, -1, 2.5, 2, true, false, 1, 0, 100, 64, 128]) {
    slots[key] <- key;
    show(slots);
}

// A table grows, shrinks and is cleared. What it was before shows in the order.
for (local i = 0; i < 40; i++) slots["key" + i * 7] <- i;
show(slots);
for (local i = 0; i < 35; i++) delete slots["key" + i * 7];
show(slots);
local copy = clone slots;
show(copy);
copy["key1"] <- 1;
show(copy);
slots.clear();
foreach (key in [9, 1, 5, 13, 17]) slots[key] <- key;
show(slots);

// Long strings are not hashed whole.
local long = {};
for (local i = 0; i < 6; i++) {
    local key = "";
    for (local j = 0; j < 20; j++) key += "part " + i * j + ",";
    long[key] <- i;
}
local order = "";
foreach (number in long) order += number + " ";
print(order + "\n");

class Base { first = 1; second = 2; function third() {} static fourth = 4; fifth = 5; }
class Derived extends Base { sixth = 6; function seventh() {} }
show(Base);
show(Derived);
