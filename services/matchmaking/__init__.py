"""Brings the firms worth saving together with banks.

Owns: the list of warned enterprises as matching needs it (without any level), candidates with the
lists that they stood on, reviews, rounds, authorisations, needs, banks, bank products, referrals,
the ledger of what banks read, contracts, drawdowns, promises of jobs.
Consumes: ingest.enterprises.changed, .observations.recorded, .protection_list.published;
scoring.warning.raised, .level_changed, .lifted; cases.financing.requested; gateway.partner.changed.
Emits: matchmaking.candidate.selected, .declined; .referral.sent, .answered; .contract.signed;
.loan.drawn; .commitment.checked.
"""
