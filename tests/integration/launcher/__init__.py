"""Tests of the embedded servers and their supervision, with real processes."""
