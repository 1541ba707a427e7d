"""Counts of enterprises: who was noticed, who was warned, how far, and what became of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Date, case, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.course import Leaving
from services.scoring.domain.places import LADDER, Place, Standing
from services.scoring.domain.warning import State
from services.scoring.tables import ASSESSMENTS, ENTERPRISES, WARNINGS
from shared.events.scoring import RiskLevel

_ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both included; None is open."""

    since: date | None = None
    until: date | None = None

    def meets(
        self, first: ColumnElement[date], last: ColumnElement[date]
    ) -> Iterator[ColumnElement[bool]]:
        """Ask that what lasted from `first` to `last` (null: it still does) meets the period."""
        if self.since is not None:
            yield or_(last.is_(None), last >= self.since)
        if self.until is not None:
            yield first <= self.until


@dataclass(frozen=True)
class WarningStatistics:
    """What a period's warnings come to, in enterprises."""

    potential_risk_enterprises: int
    warned_enterprises: int
    by_level: Mapping[RiskLevel, int]
    by_state: Mapping[State, int]
    lifted: Mapping[Leaving, int]


async def warnings(
    session: AsyncSession, period: Period, *, districts: Collection[str]
) -> WarningStatistics:
    """Count the enterprises of these districts; warnings taken back as corrected do not count."""
    highest = await _highest(session, period, districts)
    last = await _last_warnings(session, period, districts)
    levels = [_reached(highest.get(uscc), told) for uscc, (told, _) in last.items()]
    states = [State.STANDING if because is None else State.LIFTED for _, because in last.values()]
    reasons = [because for _, because in last.values()]
    return WarningStatistics(
        potential_risk_enterprises=len(highest.keys() | last.keys()),
        warned_enterprises=len(last),
        by_level={level: levels.count(Place(level)) for level in RiskLevel},
        by_state={state: states.count(state) for state in State},
        lifted={
            because: reasons.count(because)
            for because in Leaving
            if because is not Leaving.CORRECTED
        },
    )


async def _highest(
    session: AsyncSession, period: Period, districts: Collection[str]
) -> dict[str, Place]:
    """Return who stood anywhere at the end of a day, and the highest place of each."""
    judged = ASSESSMENTS.c
    rank = case({place.value: place.rank for place in LADDER}, value=judged.place)
    query = (
        select(judged.uscc, func.max(rank))
        .join(ENTERPRISES, ENTERPRISES.c.uscc == judged.uscc)
        .where(
            judged.place != Standing.NONE.value,
            ENTERPRISES.c.district == func.any(sorted(districts)),
            *period.meets(judged.as_of, judged.as_of),
        )
        .group_by(judged.uscc)
    )
    return {uscc: LADDER[rank] for uscc, rank in await session.execute(query)}


async def _last_warnings(
    session: AsyncSession, period: Period, districts: Collection[str]
) -> dict[str, tuple[Place, Leaving | None]]:
    """Return who was on the warning list, with the level and the leaving of the last warning."""
    warned = WARNINGS.c
    left_on = cast(func.timezone(_ZONE, warned.lifted_at), Date)
    query = (
        select(warned.uscc, warned.level, warned.because)
        .where(
            warned.district == func.any(sorted(districts)),
            or_(warned.because.is_(None), warned.because != Leaving.CORRECTED.value),
            *period.meets(warned.raised_on, left_on),
        )
        .order_by(warned.raised_at, warned.version)
    )
    return {
        uscc: (Place(level), None if because is None else Leaving(because))
        for uscc, level, because in await session.execute(query)
    }


def _reached(highest: Place | None, told: Place) -> Place:
    """Return the level at the end of days; as told where the warning did not last until one."""
    return highest if highest is not None and highest.standing is Standing.WARNING else told
