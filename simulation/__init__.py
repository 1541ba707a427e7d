"""A seeded city, as its agencies would push it; never a part of the product's decisions."""
