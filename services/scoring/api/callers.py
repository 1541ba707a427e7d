"""Who may knock at scoring's doors, and which revision of a thing they speak of."""

import re
from typing import Annotated, Final

from fastapi import Depends, Header, Request

from shared.auth.caller import allow
from shared.auth.identity import Caller, Role
from shared.messages import Language, choose

ActingOfficer = Annotated[
    Caller,
    allow(Role.CITY_ADMIN, Role.CITY_ANALYST, Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER),
]
RuleEditor = Annotated[Caller, allow(Role.CITY_ADMIN, Role.CITY_ANALYST)]
Administrator = Annotated[Caller, allow(Role.CITY_ADMIN)]
CapacitySetter = Annotated[Caller, allow(Role.CITY_ADMIN, Role.DISTRICT_LEAD)]
IfMatch = Annotated[
    str | None, Header(max_length=100, description="The ETag on which the change is decided.")
]

_ETAG: Final = re.compile(r'"([0-9]{1,9})"')
_NO_REVISION: Final = -1


def _language(request: Request) -> Language:
    return choose(request.headers.get("accept-language"))


Speaks = Annotated[Language, Depends(_language)]


def etag(revision: int) -> str:
    """Write a revision as an ETag."""
    return f'"{revision}"'


def revision(if_match: str | None) -> int | None:
    """Read the revision that must hold; None if any does."""
    if if_match is None or if_match == "*":
        return None
    found = _ETAG.fullmatch(if_match)
    # What is no ETag of ours matches nothing.
    return int(found[1]) if found else _NO_REVISION
