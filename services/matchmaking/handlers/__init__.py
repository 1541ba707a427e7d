"""What is asked of matchmaking, by whichever door: read, decide, save. Nobody here commits."""
