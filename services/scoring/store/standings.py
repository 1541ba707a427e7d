"""Where enterprises stand, and the days that brought them there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import (
    ARRAY,
    Column,
    Date,
    Text,
    any_,
    bindparam,
    delete,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.course import Leaving, Position
from services.scoring.domain.places import Place
from services.scoring.domain.warning import reasons_of
from services.scoring.history import Course, Judged
from services.scoring.tables import ASSESSMENTS, STANDINGS
from shared.rows import Given

_MET: Final = Given([STANDINGS.c.uscc])
_MEET: Final = (
    insert(STANDINGS)
    .from_select([STANDINGS.c.uscc], select(_MET.table).order_by(_MET.table.c.uscc))
    .on_conflict_do_nothing()
)
_LOCK: Final = (
    select(STANDINGS)
    .where(STANDINGS.c.uscc == any_(bindparam("usccs", type_=ARRAY(Text))))
    .order_by(STANDINGS.c.uscc)
    .with_for_update()
)
_FIRSTS: Final = Given([Column("uscc", Text), Column("first", Date)])
_BEFORE: Final = (
    select(ASSESSMENTS)
    .where(ASSESSMENTS.c.uscc == _FIRSTS.table.c.uscc, ASSESSMENTS.c.as_of < _FIRSTS.table.c.first)
    .order_by(ASSESSMENTS.c.as_of.desc())
    .limit(1)
    .lateral("before")
)
_OPENINGS: Final = select(
    *_BEFORE.c["uscc", "place", "since", "falling_since", "because"]
).select_from(_FIRSTS.table.join(_BEFORE, true()))
_FORGET: Final = delete(ASSESSMENTS).where(
    ASSESSMENTS.c.uscc == _FIRSTS.table.c.uscc, ASSESSMENTS.c.as_of >= _FIRSTS.table.c.first
)
_ASSESSED: Final = Given(list(ASSESSMENTS.c))
_ASSESS: Final = insert(ASSESSMENTS).from_select(list(ASSESSMENTS.c), select(_ASSESSED.table))
_MOVED: Final = Given(list(STANDINGS.c))
_CHANGING: Final = [of for of in STANDINGS.c if not of.primary_key]
_MOVE: Final = (
    update(STANDINGS)
    .where(
        STANDINGS.c.uscc == _MOVED.table.c.uscc,
        # Most enterprises stand nowhere and stay there: their rows are not written again.
        or_(*(of.is_distinct_from(_MOVED.table.c[of.name]) for of in _CHANGING)),
    )
    .values({of.name: _MOVED.table.c[of.name] for of in _CHANGING})
)


@dataclass(frozen=True, slots=True)
class Current:
    """Where an enterprise stands, and the last day that was judged while it stands somewhere."""

    position: Position
    judged_on: date | None


async def lock(session: AsyncSession, usccs: Collection[str]) -> dict[str, Current]:
    """Lock these enterprises until the commit, in one order for all, and say where they stand.

    Whoever writes or judges facts of an enterprise does so under its lock: two workers never wait
    for each other in a circle, and nobody judges without what another has just written.
    """
    wanted = sorted(usccs)
    await session.execute(_MEET, _MET.of([[uscc] for uscc in wanted]))
    rows = await session.execute(_LOCK, {"usccs": wanted})
    return {
        row.uscc: Current(
            _position(row.place, row.since, row.falling_since, row.because), row.judged_on
        )
        for row in rows
    }


async def openings(session: AsyncSession, firsts: Mapping[str, date]) -> dict[str, Position]:
    """Return each enterprise's position at the end of the day before its first day.

    Missing: nothing was ever said of the enterprise before.
    """
    rows = await session.execute(_OPENINGS, _FIRSTS.of(list(firsts.items())))
    return {
        row.uscc: _position(row.place, row.since, row.falling_since, row.because) for row in rows
    }


async def unjudged(session: AsyncSession, today: date, *, limit: int) -> list[str]:
    """Return enterprises that stand somewhere and that `today` has not judged yet."""
    query = select(STANDINGS.c.uscc).where(
        STANDINGS.c.place != Place.NONE.value, STANDINGS.c.judged_on < today
    )
    return list(await session.scalars(query.order_by(STANDINGS.c.judged_on).limit(limit)))


async def save(
    session: AsyncSession,
    courses: Sequence[Course],
    days: Iterable[Judged],
    today: Mapping[str, Judged],
    *,
    now: datetime,
) -> None:
    """Put these days in the place of what was said of them before, and keep where they led."""
    await session.execute(_FORGET, _FIRSTS.of([(course.uscc, course.first) for course in courses]))
    if rows := [_assessed(judged, now) for judged in days]:
        await session.execute(_ASSESS, _ASSESSED.of(rows))
    await session.execute(_MOVE, _MOVED.of([_standing(judged) for judged in today.values()]))


def _standing(judged: Judged) -> tuple[object, ...]:
    """Return a row in the order of STANDINGS' columns."""
    position = judged.after
    stands = position.place is not Place.NONE
    return (judged.uscc, *_columns(position), judged.assessment.as_of if stands else None)


def _assessed(judged: Judged, now: datetime) -> tuple[object, ...]:
    """Return a row in the order of ASSESSMENTS' columns."""
    assessment = judged.assessment
    return (
        judged.uscc,
        assessment.as_of,
        assessment.rules,
        assessment.likelihood,
        {family.value: found for family, found in assessment.families.items()},
        [reason.model_dump(mode="json") for reason in reasons_of(assessment)],
        assessment.impact.value,
        assessment.admission.value,
        assessment.place.value,
        assessment.headcount,
        assessment.jobs_at_risk,
        judged.before.place.value,
        *_columns(judged.after),
        now,
    )


def _columns(position: Position) -> tuple[object, ...]:
    because = None if position.because is None else position.because.value
    return position.place.value, position.since, position.falling_since, because


def _position(
    place: str, since: date | None, falling_since: date | None, because: str | None
) -> Position:
    return Position(
        Place(place), since, falling_since, None if because is None else Leaving(because)
    )
