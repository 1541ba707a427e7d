"""The rules of cases and officers: pure, with time and ids as arguments."""
