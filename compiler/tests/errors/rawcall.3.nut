rawcall(f)
