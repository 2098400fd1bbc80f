// Nothing but declarations: other files may know the names.
class A {
    function m() { return helper(); }
}
function f() { return other; }
