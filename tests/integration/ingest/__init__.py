"""Ingest on a real PostgreSQL: its API as callers see it, and the rows that it leaves."""
