// Two floats are equal if their bits are, and relations ask for the result of `<=>`, for which NaN is greater.
local infinity = 1e38 * 1e38, nan = infinity - infinity;
local zero = 0.0, negative = zero * -1.0;
print((nan == nan) + " " + (nan != nan) + " " + (negative == zero) + " " + (negative != zero) + "\n");
print((negative < zero) + " " + (negative > zero) + " " + (negative <= zero) + " " + (negative >= zero) + "\n");
print((nan < nan) + " " + (nan > nan) + " " + (nan <= nan) + " " + (nan >= nan) + "\n");
print((nan < 1.0) + " " + (nan > 1.0) + " " + (nan <= 1.0) + " " + (nan >= 1.0) + "\n");
print((1.0 < nan) + " " + (1.0 > nan) + " " + (1.0 <= nan) + " " + (1.0 >= nan) + "\n");
print((nan <=> 1.0) + " " + (1.0 <=> nan) + " " + (nan <=> nan) + " " + (negative <=> zero) + "\n");

// With an integer it is the values that count.
print((nan < 1) + " " + (nan > 1) + " " + (nan <= 1) + " " + (nan >= 1) + " " + (nan == 1) + "\n");
print((1 < nan) + " " + (1 > nan) + " " + (1 <= nan) + " " + (1 >= nan) + " " + (nan <=> 1) + "\n");
print((negative == 0) + " " + (negative <= 0) + " " + (negative > 0) + " " + (negative <=> 0) + "\n");

// The same in conditions.
function conditions(a, b) {
    local text = "";
    if (a == b) text += "==";
    if (a != b) text += " !=";
    if (a < b) text += " <";
    if (a > b) text += " >";
    if (a <= b) text += " <=";
    if (a >= b) text += " >=";
    if (!(a <= b)) text += " !<=";
    if (a > 2) text += " >2";
    if (a >= 2) text += " >=2";
    if (a <= 2) text += " <=2";
    print(text + "\n");
}
conditions(nan, nan);
conditions(nan, 1.0);
conditions(1.0, nan);
conditions(negative, zero);
conditions(1.5, 1.5);

// Loops.
local turns = 0;
for (local x = nan; x > 1.0 && turns < 3; x++) turns++;
for (local x = 1.0; x <= nan && turns < 10; x++) turns++;
for (local x = 0.5; x <= 2.5; x++) turns++;
for (local x = 3; x > 1; x--) turns++;
for (local x = 3; x >= 1; x--) turns++;
print(turns + "\n");

// Cases, elements and keys.
switch (nan) { case nan: print("same\n"); break; default: print("other\n"); }
switch (negative) { case 0.0: print("same\n"); break; default: print("other\n"); }
print([1.0, nan, zero].find(nan) + " " + [1.0, zero].find(negative) + " " + [zero].find(0) + "\n");
local slots = {};
slots[nan] <- 1;
slots[zero] <- 2;
slots[negative] <- 3;
print(slots.len() + " " + slots[nan] + slots[zero] + slots[negative] + "\n");
