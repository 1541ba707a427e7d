"""The four services; each owns a schema and knows the others only by their events."""
