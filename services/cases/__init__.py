"""Cases: from a warning to a proven outcome, under the clocks of its level.

Owns cases, their timeline and clocks, what is done in them (visits, deliveries of services,
evidence, reports upward, notes of progress, financing and assistance asked for), the catalogue of
services, and the officers with their roles, districts and departments.
Consumes `scoring.warning.raised`, `.level_changed`, `.lifted`, `ingest.enterprises.changed`,
`ingest.observations.recorded`, and of matchmaking candidates, referrals, contracts and loans.
Emits `cases.case.*`, `cases.warning.refuted`, `cases.visit.recorded`, `cases.service.delivered`,
`cases.financing.requested`, `cases.clock.breached` and `cases.officer.changed`.
"""
