"""Matchmaking on a real PostgreSQL, as its own roles."""
