"""The rules of cases, without any I/O."""
