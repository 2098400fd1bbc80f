local a = 1;
a = @"never
ends
