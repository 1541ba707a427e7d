"""The only SQL of ingest: imports, the register, the observations; whole batches at a time."""
