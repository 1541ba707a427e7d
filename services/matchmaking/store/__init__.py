"""The only SQL of matchmaking: rows to domain and back, by noun."""
