"""The tables of `matchmaking`; what must always hold is said to PostgreSQL as well."""

from services.matchmaking.tables.base import KERNEL, METADATA
from services.matchmaking.tables.candidates import (
    AUTHORIZATIONS,
    CANDIDATE_LINES,
    CANDIDATE_LISTS,
    CANDIDATE_WARNINGS,
    CANDIDATES,
    INVITATIONS,
    NEEDS,
    REVIEWS,
    ROUNDS,
)
from services.matchmaking.tables.loans import (
    ASSIGNMENTS,
    COMMITMENTS,
    CONTRACTS,
    DISCLOSURES,
    DRAWDOWNS,
    REFERRALS,
)
from services.matchmaking.tables.products import BANKS, PRODUCTS
from services.matchmaking.tables.told import (
    CASE_PLACES,
    ENTERPRISES,
    FINANCING_REQUESTS,
    HEADCOUNTS,
    LIST_ENTRIES,
    SUCCESSIONS,
    WARNED_ENTERPRISES,
)

__all__ = [
    "ASSIGNMENTS",
    "AUTHORIZATIONS",
    "BANKS",
    "CANDIDATES",
    "CANDIDATE_LINES",
    "CANDIDATE_LISTS",
    "CANDIDATE_WARNINGS",
    "CASE_PLACES",
    "COMMITMENTS",
    "CONTRACTS",
    "DISCLOSURES",
    "DRAWDOWNS",
    "ENTERPRISES",
    "FINANCING_REQUESTS",
    "HEADCOUNTS",
    "INVITATIONS",
    "KERNEL",
    "LIST_ENTRIES",
    "METADATA",
    "NEEDS",
    "PRODUCTS",
    "REFERRALS",
    "REVIEWS",
    "ROUNDS",
    "SUCCESSIONS",
    "WARNED_ENTERPRISES",
]
