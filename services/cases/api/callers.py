"""Who may knock, and as whom they act."""

from typing import Annotated

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


def actor(caller: Caller) -> Actor:
    """Return the caller as the domain knows people."""
    roles = frozenset(OfficerRole(role) for role in caller.roles)
    return Actor(caller.actor, caller.subject, roles, caller.districts)
