"""Alerts of areas: many enterprises of one district that lose much staff in one month.

An area's alert is no enterprise's warning: it has no level, opens no case, and is said of a
district and a month. What counts and how many it takes is dated data, as the rules are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shared.events.scoring import AreaAlertRaised, AreaMember


@dataclass(frozen=True, slots=True)
class AreaRule:
    """From how many enterprises on a district is told of; each loses more than either number."""

    version: str
    enterprises: int
    persons: int
    share: float
    # Of a smaller base a share says nothing, unless so many persons are gone.
    small_base: int
    small_base_persons: int
    citation: str


AREA_2020_1: Final = AreaRule(
    version="area-2020.1",
    enterprises=5,
    persons=50,
    share=0.30,
    small_base=10,
    small_base_persons=3,
    citation="Shandong 鲁人社发〔2016〕14号: five enterprises, each above 50 persons or 30 % [P]",
)


@dataclass(frozen=True, slots=True)
class AreaAlert:
    """What stands of a district and a month; `version` counts its changes."""

    id: UUID
    district: str
    month: str
    version: int
    rule: str
    raised_at: datetime
    raised_on: date
    changed_at: datetime
    is_standing: bool
    members: tuple[AreaMember, ...]

    @property
    def persons(self) -> int:
        """Count the persons whom its members lost."""
        return sum(member.persons for member in self.members)


@dataclass(frozen=True, slots=True)
class AreaDecision:
    """The alert as it is from now on, and what is told of it, if anything is."""

    alert: AreaAlert
    told: AreaAlertRaised | None = None


def is_large(base: int, persons: int, rule: AreaRule = AREA_2020_1) -> bool:
    """Say whether a loss from one month to the next counts for its district."""
    if persons > rule.persons:
        return True
    is_noise = base < rule.small_base and persons < rule.small_base_persons
    return base > 0 and not is_noise and persons / base > rule.share


def decide(
    known: AreaAlert | None,
    district: str,
    month: str,
    members: Sequence[AreaMember],
    *,
    alert_id: UUID,
    now: datetime,
    today: date,
    rule: AreaRule = AREA_2020_1,
) -> AreaDecision | None:
    """Compare the large losses of a district and month with what stands; None if nothing changes.

    An alert is told once. It then follows its members, and stands no more where corrections leave
    too few.
    """
    found = tuple(sorted(members, key=lambda member: (-member.persons, member.uscc)))
    stands = len(found) >= rule.enterprises
    if known is not None:
        if known.members == found:
            return None
        changed = replace(
            known, version=known.version + 1, members=found, is_standing=stands, changed_at=now
        )
        return AreaDecision(changed)
    if not stands:
        return None
    raised = AreaAlert(
        id=alert_id,
        district=district,
        month=month,
        version=1,
        rule=rule.version,
        raised_at=now,
        raised_on=today,
        changed_at=now,
        is_standing=True,
        members=found,
    )
    return AreaDecision(raised, _told(raised, now))


def _told(alert: AreaAlert, now: datetime) -> AreaAlertRaised:
    return AreaAlertRaised(
        alert_id=alert.id,
        district=alert.district,
        month=alert.month,
        enterprises=len(alert.members),
        persons=alert.persons,
        members=alert.members,
        rule_version=alert.rule,
        occurred_at=now,
    )
