"""Kernel parts that only a real PostgreSQL can prove."""
