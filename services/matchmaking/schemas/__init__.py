"""What matchmaking reads and writes over HTTP."""
