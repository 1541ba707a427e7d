"""What is asked of ingest: take in rows, show what became of them, show the register."""
