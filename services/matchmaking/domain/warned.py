"""An enterprise that stands, or stood, on the warning list: the left side of a match."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared.events.scoring import WarningFact, WarningLifted


class WarnedState(StrEnum):
    """Whether the warning stands."""

    STANDING = "standing"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class WarnedEnterprise:
    """A warning without its level, likelihood and reasons.

    Matching does not need them and a bank must never see them: what is not kept cannot leak.
    """

    warning_id: UUID
    version: int
    uscc: str
    name: str
    district: str
    raised_on: date
    lifted_at: datetime | None

    @property
    def state(self) -> WarnedState:
        """Whether the warning stands."""
        return WarnedState.STANDING if self.lifted_at is None else WarnedState.LIFTED


def told_by(fact: WarningFact) -> WarnedEnterprise:
    """Return what one fact tells; its date counts until an earlier fact of the warning arrives."""
    return WarnedEnterprise(
        warning_id=fact.warning_id,
        version=fact.version,
        uscc=fact.uscc,
        name=fact.name,
        district=fact.district,
        raised_on=fact.as_of,
        lifted_at=fact.occurred_at if isinstance(fact, WarningLifted) else None,
    )
