"""Rules of the whole tree that no unit can see."""
