"""The gateway on real servers: the door with what stands before and behind it."""
