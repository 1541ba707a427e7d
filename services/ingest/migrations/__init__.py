"""How ingest's schema came to be."""
