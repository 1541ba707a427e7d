"""Scoring: judges which enterprises are about to lay people off, and keeps the warning list.

Owns: the known facts as a panel, rule sets, assessments, standings, warnings.
Consumes: ingest.enterprises.changed, ingest.observations.recorded, ingest.opinions.linked,
cases.visit.recorded, cases.service.delivered, cases.warning.refuted, matchmaking.loan.drawn.
Emits: scoring.warning.raised, scoring.warning.level_changed, scoring.warning.lifted.
"""
