if (a) if (b) c; else d
if (a) while (b) if (c) d; else e; else f
if (a) b
else if (c) d
else e
