"""Mappings: which columns of a file mean which columns of a feed, as YAML that people write."""
