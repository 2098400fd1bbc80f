// Groups are tried again with shorter matches.
function show(r) {
    if (r == null) print("null\n");
    else if (typeof r == "array") {
        foreach (x in r) print(x.begin + "-" + x.end + " ");
        print("\n");
    } else print(r.begin + "-" + r.end + "\n");
}
show(regexp("(b+)(bbb)").capture("bbbbbbb"));
show(regexp("(a*)ab").capture("aaab"));
