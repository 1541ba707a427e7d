"""What matchmaking decides, as pure functions over plain data."""
