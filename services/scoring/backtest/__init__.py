"""Backtests: history judged again, with and without each source, against what then happened."""
