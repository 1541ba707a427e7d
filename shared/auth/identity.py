"""Who a caller is: the words for roles and kinds, and the verified identity itself."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an officer may be; given by `cases`, never by the identity provider."""

    CITY_ADMIN = "city_admin"
    CITY_ANALYST = "city_analyst"
    DISTRICT_LEAD = "district_lead"
    DISTRICT_OFFICER = "district_officer"
    AUDITOR = "auditor"
    ASSISTING_DEPARTMENT = "assisting_department"


CITY_WIDE = frozenset({Role.CITY_ADMIN, Role.CITY_ANALYST, Role.AUDITOR})


class CallerKind(StrEnum):
    """Which sort of principal calls."""

    OFFICER = "officer"
    AGENCY = "agency"
    BANK = "bank"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True)
class Caller:
    """A principal whose identity the gateway has verified and signed.

    `districts` lists the codes that the caller may see (every code for city-wide roles, none for
    everybody else); `feeds` the feeds that an agency may push; `usccs` the enterprises for which
    their representative may act.
    """

    subject: str
    kind: CallerKind
    name: str
    roles: frozenset[Role] = frozenset()
    districts: frozenset[str] = frozenset()
    feeds: frozenset[str] = frozenset()
    usccs: frozenset[str] = frozenset()

    @property
    def actor(self) -> str:
        """Name the caller in event logs and timelines: `officer:wang`, `agency:hrss`."""
        return f"{self.kind}:{self.subject}"

    def has(self, *permitted: Role | CallerKind) -> bool:
        """Tell whether the caller holds one of the roles, or is of one of the kinds."""
        return any(item in self.roles or item == self.kind for item in permitted)
