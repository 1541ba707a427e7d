"""What an installation needs once: secrets, its database's roles, its bus's users."""
