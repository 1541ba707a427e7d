"""Who may call, and whose things they see."""

from typing import Annotated, Final

from services.matchmaking.store.scope import Scope
from shared.auth.caller import allow
from shared.auth.identity import Caller, CallerKind, Role

CITY: Final = (Role.CITY_ADMIN, Role.CITY_ANALYST)
ACTING: Final = (*CITY, Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER)
WORKERS: Final = (Role.CITY_ADMIN, Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER)

Administrator = Annotated[Caller, allow(Role.CITY_ADMIN)]
CityReader = Annotated[Caller, allow(*CITY)]
OfficerReader = Annotated[Caller, allow(*ACTING)]
Worker = Annotated[Caller, allow(*WORKERS)]
BankCaller = Annotated[Caller, allow(CallerKind.BANK)]
# An enterprise acts for itself; where it does not sign in, an officer does so for it.
Actor = Annotated[Caller, allow(CallerKind.ENTERPRISE, *WORKERS)]
Reader = Annotated[Caller, allow(CallerKind.ENTERPRISE, *ACTING)]
LoanReader = Annotated[Caller, allow(CallerKind.BANK, CallerKind.ENTERPRISE, *ACTING)]


def scope_of(caller: Caller) -> Scope:
    """Return the bounds within which a caller finds anything."""
    if caller.kind is CallerKind.BANK:
        return Scope(bank=caller.subject)
    if caller.kind is CallerKind.ENTERPRISE:
        return Scope(usccs=caller.usccs)
    return Scope(districts=caller.districts)


def is_officer(caller: Caller) -> bool:
    """Tell whether an officer calls."""
    return caller.kind is CallerKind.OFFICER


def is_bank(caller: Caller) -> bool:
    """Tell whether a bank calls."""
    return caller.kind is CallerKind.BANK
