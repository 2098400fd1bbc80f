for (
    local i = 0;
    i < 3;
    i++
) f(i);
