"""What scoring says: a warning was raised, changed its level, was lifted; an area is alarmed."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.events.base import Event, Subject


class RiskLevel(StrEnum):
    """The level of an enterprise's warning (红/橙/黄/蓝); never an area's level."""

    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class Reason(BaseModel):
    """One contributing fact: what was seen, when, by whom, and under which rule."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    indicator: str
    family: str
    strength: float
    parameters: dict[str, int | float | str]
    period: str
    source: str
    import_id: UUID
    rule_version: str


class WarningFact(Event):
    """Common to the facts about one warning; the higher version holds."""

    warning_id: UUID
    version: int
    uscc: str
    name: str
    district: str
    as_of: date
    occurred_at: datetime

    def about(self) -> str:
        return str(self.warning_id)


class WarningRaised(WarningFact):
    """An enterprise entered the warning list."""

    subject: ClassVar[Subject] = Subject("scoring.warning.raised.v1")

    level: RiskLevel
    likelihood: float
    jobs_at_risk: int
    headcount: int
    reasons: tuple[Reason, ...]


class WarningLevelChanged(WarningFact):
    """The level of a standing warning went up at once, or down by one step."""

    subject: ClassVar[Subject] = Subject("scoring.warning.level_changed.v1")

    previous: RiskLevel
    level: RiskLevel
    likelihood: float
    jobs_at_risk: int
    headcount: int
    reasons: tuple[Reason, ...]


class WarningLifted(WarningFact):
    """An enterprise left the warning list; the case that it opened stays open."""

    subject: ClassVar[Subject] = Subject("scoring.warning.lifted.v1")

    previous: RiskLevel
    because: str


class AreaMember(BaseModel):
    """One enterprise that lost much staff in an area's month, and how many it had before."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    uscc: str
    base: int
    persons: int


class AreaAlertRaised(Event):
    """Many enterprises of one district lost much staff in one month; no enterprise's warning.

    No service acts on it: people see the alert in the API, the CLI and the console, and its members
    have cases where warnings of their own stand. It is stated for systems outside the platform.
    """

    subject: ClassVar[Subject] = Subject("scoring.area_alert.raised.v1")

    alert_id: UUID
    district: str
    month: str
    enterprises: int
    persons: int
    members: tuple[AreaMember, ...]
    rule_version: str
    occurred_at: datetime

    def about(self) -> str:
        return str(self.alert_id)


EVENTS = (WarningRaised, WarningLevelChanged, WarningLifted, AreaAlertRaised)
