#!shebang
// first


// second
/* block */ local a = 1 // end of line
local b = /* inner */ 2; /* after */ // twice
    /*
     * A block
     *   that moves
     */
function f(a, /* unused */ b) // about f
{
        // only a comment
}
foo(a, // the first
    b /* the second */
    // the last
)
if (a) // why
{
    b()
} // done
// about else
else {
    c() }
local t = {
    // nothing yet
}
local u = [ // numbers
    1, // one
    2
    // three
]
x = a + // left
    b // right
// before the end
switch (a) {
    // about one
    case 1: // really
        break
    // at the end
}
# old style
//
