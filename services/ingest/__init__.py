"""Takes in what agencies push, tells them what became of each row, and states what is new.

Owns feed contracts, imports and row errors, the enterprise register with its history, and
bitemporal observations. Consumes nothing. States ingest.enterprises.changed and
ingest.observations.recorded.
"""
