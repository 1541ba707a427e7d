"""Who may knock, as whom they act, and which version of a thing they speak of."""

import re
from typing import Annotated, Final

from fastapi import Header

from services.cases.domain.officer import Actor
from services.cases.domain.officer import Role as OfficerRole
from shared.auth.caller import allow
from shared.auth.identity import Caller, Role

# Departments that assist see their requests and no case.
Reader = Annotated[Caller, allow(*(role for role in Role if role is not Role.ASSISTING_DEPARTMENT))]
AssistingOfficer = Annotated[Caller, allow(Role.ASSISTING_DEPARTMENT)]
ActingOfficer = Annotated[
    Caller,
    allow(Role.CITY_ADMIN, Role.CITY_ANALYST, Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER),
]
CaseWorker = Annotated[Caller, allow(Role.CITY_ADMIN, Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER)]
Administrator = Annotated[Caller, allow(Role.CITY_ADMIN)]
IfMatch = Annotated[
    str | None, Header(max_length=100, description="The ETag on which the change is decided.")
]

_ETAG: Final = re.compile(r'"([0-9]{1,9})"')
_NO_VERSION: Final = -1


def actor(caller: Caller) -> Actor:
    """Return the caller as the domain knows people."""
    roles = frozenset(OfficerRole(role) for role in caller.roles)
    return Actor(caller.actor, caller.subject, roles, caller.districts)


def etag(version: int) -> str:
    """Write a version as an ETag."""
    return f'"{version}"'


def version(if_match: str | None) -> int | None:
    """Read the version that must hold; None if any does."""
    if if_match is None or if_match == "*":
        return None
    found = _ETAG.fullmatch(if_match)
    # What is no ETag of ours matches nothing.
    return int(found[1]) if found else _NO_VERSION
