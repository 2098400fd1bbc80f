local n = 10;
for (local i = 0; i < 10; i++) n--;
for (local i = 0; i < n; i += 1) f(i);
for (local i = 0, k = n; i < k; ++i) f(i);
for (local i = 5; i <= 300; i++) f(i);
for (local i = 5; i > n; i--) f(i);
for (n = 3; n < size; n++) f(n);
for (;;) f();
