"""Tests of pure parts: no servers, no files but their own."""
