"""What scoring decides, without I/O: from measures to a level, from levels to a standing."""
