const A     = 1;     // one
const LONG_NAME=2;   // two
const B         = 3; // three

const C     = 1; // alone
t <- {
    a    = 1,
    bcd  = 2,   // aligned
    efgh = 3    // too
    "x"  :   1,
    "xyz":   2
}
local a  = 1
local bb = 2
aaa = 1; // not
bbbb = 2;   // aligned
	x = 1;		// tabs
	yyyy = 2;	// tabs
