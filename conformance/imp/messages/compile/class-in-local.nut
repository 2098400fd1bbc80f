local a = 1;
class a {}
