"""Officers: the roles that they hold and the districts that they answer for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from services.cases.domain.asked import Department
from services.cases.domain.errors import Fault, LastAdministrator, OfficerRefused
from shared.codes.divisions import DISTRICTS
from shared.events.cases import OfficerChanged


class Role(StrEnum):
    """What an officer may be; `cases` says it, the gateway signs it into every request."""

    CITY_ADMIN = "city_admin"
    CITY_ANALYST = "city_analyst"
    DISTRICT_LEAD = "district_lead"
    DISTRICT_OFFICER = "district_officer"
    AUDITOR = "auditor"
    ASSISTING_DEPARTMENT = "assisting_department"


IN_DISTRICTS: Final = frozenset({Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER})
WORKERS: Final = IN_DISTRICTS | {Role.CITY_ADMIN}
_ASSISTING: Final = frozenset({Role.ASSISTING_DEPARTMENT})
_DISTRICTS: Final = frozenset(district.code for district in DISTRICTS)


@dataclass(frozen=True)
class Officer:
    """Somebody who works with cases; `districts` are empty for those who answer for the city.

    `department` is whose requests an assisting officer answers, in their districts or the city.
    """

    subject: str
    name: str
    roles: frozenset[Role]
    districts: frozenset[str]
    active: bool
    version: int = 0
    department: Department | None = None

    @property
    def administers(self) -> bool:
        """Tell whether they may give out roles now."""
        return self.active and Role.CITY_ADMIN in self.roles


@dataclass(frozen=True)
class Actor:
    """Who takes a step: `name` as in logs, `subject` as in the directory of officers."""

    name: str
    subject: str
    roles: frozenset[Role]
    districts: frozenset[str] = frozenset()


SYSTEM: Final = Actor("service:cases", "", frozenset())


@dataclass(frozen=True)
class OfficerDecision:
    """An officer as they shall be, and the fact that tells it; no fact if nothing changed."""

    officer: Officer
    event: OfficerChanged | None


def appoint(wanted: Officer, known: Officer | None) -> OfficerDecision:
    """Make the directory say `wanted` of an officer, whatever it says so far.

    Raises OfficerRefused: a district that is none, or roles that do not go with the districts.
    """
    _check(wanted)
    version = known.version if known else 0
    if known is not None and replace(wanted, version=version) == known:
        return OfficerDecision(known, None)
    officer = replace(wanted, version=version + 1)
    fact = OfficerChanged(
        officer=officer.subject,
        version=officer.version,
        name=officer.name,
        roles=tuple(sorted(officer.roles)),
        districts=tuple(sorted(officer.districts)),
        active=officer.active,
    )
    return OfficerDecision(officer, fact)


def keep_an_administrator(administrators: frozenset[str], wanted: Iterable[Officer]) -> None:
    """Check that, of those who administer or are to, somebody is left once all is as `wanted`.

    A directory that has none yet may be filled in any order. Raises LastAdministrator.
    """
    left, gone = set(administrators), ""
    for officer in wanted:
        if officer.administers:
            left.add(officer.subject)
        elif officer.subject in left:
            left.discard(officer.subject)
            gone = officer.subject
    if administrators and not left:
        raise LastAdministrator(gone)


def _check(wanted: Officer) -> None:
    faults: list[Fault] = [
        {"pointer": "/districts", "code": "district_unknown", "values": {"code": code}}
        for code in sorted(wanted.districts - _DISTRICTS)
    ]
    assists = Role.ASSISTING_DEPARTMENT in wanted.roles
    if assists != (wanted.department is not None):
        code = "department_needed" if assists else "department_for_other_role"
        faults.append({"pointer": "/department", "code": code, "values": {}})
    # Who sees requests only must not see cases by another role.
    if assists and wanted.roles != _ASSISTING:
        faults.append({"pointer": "/roles", "code": "department_alone", "values": {}})
    if not assists and bool(wanted.roles & IN_DISTRICTS) != bool(wanted.districts):
        code = "districts_needed" if not wanted.districts else "districts_for_city_role"
        faults.append({"pointer": "/districts", "code": code, "values": {}})
    if faults:
        raise OfficerRefused(faults)
