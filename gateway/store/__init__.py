"""The only SQL of the gateway."""
