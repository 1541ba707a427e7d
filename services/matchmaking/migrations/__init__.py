"""The history of the schema `matchmaking`."""
