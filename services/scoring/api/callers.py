"""Who may knock at scoring's doors."""

from typing import Annotated

from shared.auth.caller import allow
from shared.auth.identity import Caller, Role

ActingOfficer = Annotated[
    Caller,
    allow(Role.CITY_ADMIN, Role.CITY_ANALYST, Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER),
]
RuleEditor = Annotated[Caller, allow(Role.CITY_ADMIN, Role.CITY_ANALYST)]
Administrator = Annotated[Caller, allow(Role.CITY_ADMIN)]
CapacitySetter = Annotated[Caller, allow(Role.CITY_ADMIN, Role.DISTRICT_LEAD)]
