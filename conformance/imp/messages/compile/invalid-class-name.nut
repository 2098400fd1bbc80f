local a = 1;
class 5 {}
