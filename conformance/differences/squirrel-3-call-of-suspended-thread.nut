local thread = ::newthread(function() { ::suspend(1); return 2; });
print(thread.call() + "\n");
try { thread.call(); } catch (e) { print(e + "\n"); }
print(thread.wakeup() + "\n");
