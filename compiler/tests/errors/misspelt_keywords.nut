functoin a() { }
lcoal b = 1;
retrun b;
whlie (b) { }
foreahc (c in d) { }
if (e) { } esle { }
swtich (f) { }
clss G { }
