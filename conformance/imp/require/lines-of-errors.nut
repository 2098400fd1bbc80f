#require "Fail.lib.nut:1.2.3"
#require "Counter.class.nut:1.0.0"
// The numbers count in the text in which the libraries stand.
function call() {
    return fail({}) + 1;
}
print("before\n");
call();
