"""The history of the schema `gateway`."""
