"""Tests of the launcher's pure parts."""
