"""A first mapping for a file that nobody described: what its headers and values look like."""
