"""The history of the schema `cases`."""
