"""Stories that leave a platform other than they found it: one for all, in a given order."""
