// Verbatim strings: no escapes, newlines are allowed, two quotes are one.
print(@"a\tb" + "\n");
print(@"say ""hi""" + "\n");
print(@"two
lines" + "\n");
print(@"".len() + " " + @"""".len() + " " + @"\".len() + "\n");
