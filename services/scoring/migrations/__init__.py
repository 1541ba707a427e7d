"""How scoring's schema came to be."""
