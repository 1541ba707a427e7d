"""Tests of the kernel: pure rules, codes and texts."""
