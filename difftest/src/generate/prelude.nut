function show(v, depth = 3) {
    local kind = type(v);
    if (kind == "null") return "null";
    if (kind == "float") return v == v ? v.tostring() : "nan";
    if (kind == "integer" || kind == "bool") return v.tostring();
    if (kind == "string") return "'" + v + "'";
    if (kind == "weakref") return "weak " + show(v.ref(), depth - 1);
    if (kind == "instance" && depth > 0) return kind + showSlots(v, v.getclass(), depth);
    if (kind == "table" && depth > 0) return kind + showSlots(v, v, depth);
    if (kind != "array" || depth <= 0) return kind;
    local text = "";
    foreach (element in v) text += (text == "" ? "" : ", ") + show(element, depth - 1);
    return "[" + text + "]";
}
function showSlots(v, keys, depth) {
    local named = {};
    local names = [];
    foreach (key, unused in keys) {
        local name = show(key, 0);
        names.append(name);
        named[name] <- key;
    }
    names.sort();
    local text = "";
    foreach (name in names) text += " " + name + ":" + show(v[named[name]], depth - 1);
    return "(" + text + " )";
}
function say(place, v) { print(place + " " + show(v) + "\n"); }
function sayError(place, e) { print(place + " caught " + show(e) + "\n"); }
function at(a, index, otherwise) {
    local count = a.len();
    return count == 0 ? otherwise : a[(index & 0x7fffffff) % count];
}
function cut(text) { return text.len() > 48 ? text.slice(0, 48) : text; }
function clean(x) { return x == x ? x + 0.0 : 0.5; }
function sign(x) { return x < 0 ? -1 : (x > 0 ? 1 : 0); }
function number(v) {
    local kind = type(v);
    return kind == "integer" ? v : (kind == "bool" ? (v ? 1 : 0) : (kind == "string" || kind == "array" ? v.len() : -1));
}
function join(a) {
    local text = "";
    foreach (element in a) text += show(element, 1) + ",";
    return cut(text);
}
