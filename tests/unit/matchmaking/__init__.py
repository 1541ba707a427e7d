"""The pure core of matchmaking."""
