function f()
{
    print(1);

