local while = 2
t.class = 1
function for() { }
