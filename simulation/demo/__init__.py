"""`wengang demo`: two simulated months on a platform of their own, measured against the truth."""
