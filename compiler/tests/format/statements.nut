local a=1,b = 2 ,c
local x
const LIMIT=10;
const  NAME = "x"
if(a)b();else c();
if (a) { b() } else { c() }
if (a)
    b()
else if (c) {
    d() }
else
{ e();
}
while(a) { a-- ; }
while (a) a = next(a);
while (a);
do { a() } while(b)
do a()
while (b);
for(local i=0;i<10;i++) { work(i) }
for(;;) { break }
for (i = 0, j = 1;; i++, j--) continue;
foreach(v in list) use(v);
foreach (k,v in list)
{
    use(k,v);


    use(v);

}
try { risky() } catch(e) { server.error(e) }
try risky()
catch (e)
    throw   e
switch(a){
case 1: return "one";
case 2:
case 3: { b(); break; }

default:
    c()
}
switch (a) { }
{ local scoped = true; use(scoped); }
return a
;
