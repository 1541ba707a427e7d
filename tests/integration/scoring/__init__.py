"""Scoring on real PostgreSQL."""
