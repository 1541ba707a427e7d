"""Scoring: judges which enterprises are about to lay people off, and keeps the warning list.

Owns: the known facts as a panel, rule sets, assessments, standings, warnings.
Consumes: ingest.enterprises.changed, ingest.observations.recorded.
Emits: scoring.warning.raised, scoring.warning.level_changed, scoring.warning.lifted.
"""
