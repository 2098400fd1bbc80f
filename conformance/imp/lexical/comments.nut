# a comment of a line
// another
/* a block
   // that does /* not nest */
print("one\n"); # after code
print("two\n"); // after code
print("thr" /* within */ + "ee\n");
#require "Library.class.nut:1.0.0"
print("four\n");
/**/
/***/
print("# no // comment /* in */ strings\n");
