"""Brings the firms worth saving together with banks.

Owns: the list of warned enterprises as matching needs it (without any level), banks, bank products.
Consumes: scoring.warning.raised, .level_changed, .lifted; gateway.partner.changed.
Emits: nothing yet; its facts begin with the match of the warning list and the protection lists.
"""
