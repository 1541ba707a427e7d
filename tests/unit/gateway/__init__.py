"""The gateway's rules, without any I/O."""
