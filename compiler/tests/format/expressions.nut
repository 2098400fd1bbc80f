a=b=c
t.slot<-1+2*3
x += -1; x -= - 1; x = - -x; x = -(-x); x = !a; x = ~ b
y = a?b:c
y = (a&&b)||!c
y = a  instanceof  b && "k"  in t
z = typeof x=="string" ? x : clone(y)
delete t.slot
resume gen
i++; --i
::global.call( 1,2 , 3 ) [ "key" ] .name
list[i+1]
5 .tostring(); (5.5).tostring()
f = @(x,y) x+y
f = function(x) { return x*2 }
f = function(x) return x*2
g = function() { first(); second() }
v = [1,2,3]; w = [ ]; e = {}
v = [1 2 3]
"a" + 'b' + @"verbatim
 string" + 0x1F
