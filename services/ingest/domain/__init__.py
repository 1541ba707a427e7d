"""What ingest decides: which rows a contract takes, and what each becomes."""
