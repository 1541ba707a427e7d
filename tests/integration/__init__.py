"""Tests on real PostgreSQL and NATS."""
