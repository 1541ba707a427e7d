"""Cases: from a warning to a proven outcome, under the clocks of its level.

Owns cases, their timeline and clocks, and the officers with their roles and districts.
Consumes `scoring.warning.raised`, `.level_changed`, `.lifted` and `ingest.enterprises.changed`.
Emits `cases.case.*`, `cases.warning.refuted` and `cases.officer.changed`.
"""
