"""Who calls and who speaks: signing keys, per-hop tokens, the verified caller."""
