"""Where enterprises stand, and the days that brought them there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Column, Date, Text, delete, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.course import Leaving, Position
from services.scoring.domain.places import Place
from services.scoring.domain.warning import reasons_of
from services.scoring.history import Course, Judged
from services.scoring.store.rows import unnest
from services.scoring.tables import ASSESSMENTS, STANDINGS

_DAY_OF = (Column("uscc", Text), Column("first", Date))


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
    given = unnest([STANDINGS.c.uscc], [[uscc] for uscc in wanted])
    await session.execute(
        insert(STANDINGS)
        .from_select([STANDINGS.c.uscc], select(given).order_by(given.c.uscc))
        .on_conflict_do_nothing()
    )
    rows = await session.execute(
        select(STANDINGS)
        .where(STANDINGS.c.uscc == func.any(wanted))
        .order_by(STANDINGS.c.uscc)
        .with_for_update()
    )
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
    given = unnest(_DAY_OF, list(firsts.items()))
    before = (
        select(ASSESSMENTS)
        .where(ASSESSMENTS.c.uscc == given.c.uscc, ASSESSMENTS.c.as_of < given.c.first)
        .order_by(ASSESSMENTS.c.as_of.desc())
        .limit(1)
        .lateral("before")
    )
    rows = await session.execute(
        select(
            before.c.uscc,
            before.c.place,
            before.c.since,
            before.c.falling_since,
            before.c.because,
        ).select_from(given.join(before, true()))
    )
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
    given = unnest(_DAY_OF, [(course.uscc, course.first) for course in courses])
    await session.execute(
        delete(ASSESSMENTS).where(
            ASSESSMENTS.c.uscc == given.c.uscc, ASSESSMENTS.c.as_of >= given.c.first
        )
    )
    if rows := [_assessed(judged, now) for judged in days]:
        columns = list(ASSESSMENTS.c)
        await session.execute(
            insert(ASSESSMENTS).from_select(columns, select(unnest(columns, rows)))
        )
    await _move(session, today.values())


async def _move(session: AsyncSession, today: Iterable[Judged]) -> None:
    columns = list(STANDINGS.c)
    given = unnest(columns, [_standing(judged) for judged in today])
    changing = [of for of in columns if not of.primary_key]
    await session.execute(
        update(STANDINGS)
        .where(
            STANDINGS.c.uscc == given.c.uscc,
            # Most enterprises stand nowhere and stay there: their rows are not written again.
            or_(*(of.is_distinct_from(given.c[of.name]) for of in changing)),
        )
        .values({of.name: given.c[of.name] for of in changing})
    )


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
