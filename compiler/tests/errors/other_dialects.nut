@include "library.nut"
@{value}
foo(function(a) : (b) { return b })
local function bar() : (c) { return c }
