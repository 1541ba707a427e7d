"""The pure core of ingest: bodies, contracts, rows, fates, facts."""
