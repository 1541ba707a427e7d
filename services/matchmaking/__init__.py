"""Brings the firms worth saving together with banks.

Owns: the list of warned enterprises as matching needs it (without any level), their names and
districts as registered, banks, bank products.
Consumes: ingest.enterprises.changed; scoring.warning.raised, .level_changed, .lifted;
gateway.partner.changed.
Emits: nothing yet; its facts begin with the match of the warning list and the protection lists.
"""
