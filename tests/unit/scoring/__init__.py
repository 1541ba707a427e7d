"""The pure parts of scoring."""
