"""Files that agencies send: what kind they are, and their rows, one after the other."""
