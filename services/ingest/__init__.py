"""Takes in what agencies push, tells them what became of each row, and states what is new.

Owns feed contracts, imports and row errors, the enterprise register with its history,
bitemporal observations, editions of the protection lists, and opinion items with their links to
enterprises. Consumes cases.case.placed: who has a case sees its enterprise. States
ingest.enterprises.changed, ingest.observations.recorded, ingest.succession.recorded,
ingest.opinions.linked and ingest.protection_list.published.
"""
