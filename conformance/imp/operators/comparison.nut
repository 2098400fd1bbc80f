// The same type is compared, integers with floats too, null is the smallest; other mixes throw.
print((1 <=> 2) + " " + (2 <=> 1) + " " + (1 <=> 1) + " " + (1 <=> 1.5) + " " + (1.5 <=> 1) + "\n");
print((null <=> 0) + " " + (0 <=> null) + " " + (null <=> null) + " " + (null < "") + " " + (null < false) + "\n");
print((false < true) + " " + (true <=> true) + "\n");
function fails(f) { try { f(); print("no error\n"); } catch (e) { print(e + "\n"); } }
fails(@() 1 < "a");
fails(@() "a" < 1);
fails(@() {} < 1);
fails(@() true < 1);
fails(@() 1.5 < true);
fails(@() [] <=> {});
fails(@() "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz" < 1);
fails(@() function() {} < 1);
// `==` never throws: other mixes are unequal.
print(("1" == 1) + " " + (null == false) + " " + ([] == []) + " " + ({} == 0) + " " + ("a" == "a") + "\n");
local a = [], f = function() {};
print((a == a) + " " + (f == f) + " " + (a != a) + "\n");
// `_cmp` decides about relations, not about equality.
class V { n = 0; constructor(n) { this.n = n } function _cmp(other) { return n <=> other.n } }
local one = V(1), uno = V(1), two = V(2);
print((one < two) + " " + (two <=> one) + " " + (one <=> uno) + " " + (one <= uno) + " " + (one == uno) + "\n");
fails(@() one < 1);
class W { function _cmp(other) { return "no" } }
fails(@() W() < W());
