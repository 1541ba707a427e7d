"""Which districts an officer sees: their own, or the whole city."""

from collections.abc import Iterable
from typing import Final

from shared.codes.divisions import DISTRICTS

EVERY: Final = frozenset(district.code for district in DISTRICTS)
_CITY: Final = frozenset({"city_admin", "city_analyst"})
_AUDIT: Final = frozenset({"auditor"})


def districts_of(roles: Iterable[str], districts: Iterable[str]) -> frozenset[str]:
    """Return the codes that somebody with these roles may see.

    An auditor's office spans the city, but does not widen a district's role that they hold beside.
    """
    held = frozenset(roles)
    if held & _CITY or held == _AUDIT:
        return EVERY
    return frozenset(districts) & EVERY
