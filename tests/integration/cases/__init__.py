"""Cases on a real PostgreSQL, as the service's own roles."""
