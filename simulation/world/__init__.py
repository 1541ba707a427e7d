"""The world model: each enterprise's hidden course, and what agencies and visitors see of it."""
