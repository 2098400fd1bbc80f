// Methods of integers, floats and bools.
print((65).tochar() + (0x141).tochar() + (66.9).tochar() + " " + (256).tochar().len() + " " + true.tochar().len() + "\n");
print((5).tofloat() + " " + typeof (5).tofloat() + " " + (5.7).tointeger() + " " + (-5.7).tointeger() + "\n");
print(true.tointeger() + " " + false.tointeger() + " " + true.tofloat() + " " + typeof true.tofloat() + "\n");
print((5).tostring() + (2.5).tostring() + true.tostring() + false.tostring() + "\n");
print((5).weakref() + " " + typeof (5).weakref() + " " + (2.5).weakref() + " " + true.weakref() + "\n");
// Bools do not equal numbers.
print((true == 1) + " " + (false == 0) + " " + (null == 0) + " " + (null == false) + "\n");
