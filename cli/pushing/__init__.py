"""Pushing a file to a feed: records, batches of them, and their way through the gateway."""
