"""The kernel on real servers: facts, bus, reconciliation, roles."""
