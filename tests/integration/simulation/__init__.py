"""Cities of the real size, and what they cost."""
