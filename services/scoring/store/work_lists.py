"""Weekly lists: whom they are made of, the lists themselves, and what districts can look at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, Select, cast, func, insert, or_, select, true
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.course import Leaving
from services.scoring.domain.places import Place
from services.scoring.domain.work_list import Candidate, WorkList
from services.scoring.store.reading import held
from services.scoring.tables import (
    ASSESSMENTS,
    CAPACITIES,
    ENTERPRISES,
    STANDINGS,
    WORK_LIST_ENTRIES,
    WORK_LIST_LEAVERS,
    WORK_LISTS,
)
from shared.pagination import Column, Keyset, PageQuery
from shared.rows import unnest

Row = Mapping[str, Any]

_NEWEST: Final = Keyset(
    Column(WORK_LISTS.c.week, date, descending=True),
    Column(WORK_LISTS.c.district, str, descending=True),
)


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many enterprises a district looks at in a week."""

    district: str
    weekly: int
    version: int
    set_by: str
    set_at: datetime


async def due(session: AsyncSession, week: date) -> Capacity | None:
    """Return a district that has no list for the week yet, locked; None if all have."""
    made = select(WORK_LISTS.c.district).where(
        WORK_LISTS.c.district == CAPACITIES.c.district, WORK_LISTS.c.week == week
    )
    row = (
        (
            await session.execute(
                select(CAPACITIES)
                .where(~made.exists())
                .order_by(CAPACITIES.c.district)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else Capacity(**row)


async def candidates(session: AsyncSession, district: str, as_of: date) -> list[Candidate]:
    """Return who stood somewhere in the district at the end of a day."""
    judged = _last_judged(STANDINGS.c.uscc, as_of)
    rows = await session.execute(
        select(judged.c.uscc, judged.c.place, judged.c.likelihood, judged.c.jobs_at_risk)
        .select_from(
            STANDINGS.join(ENTERPRISES, ENTERPRISES.c.uscc == STANDINGS.c.uscc).join(judged, true())
        )
        .where(
            ENTERPRISES.c.district == district,
            # Who stands nowhere now may still have stood somewhere on that day.
            or_(STANDINGS.c.place != Place.NONE.value, STANDINGS.c.since > as_of),
            judged.c.place != Place.NONE.value,
        )
    )
    return [
        Candidate(uscc, Place(place), likelihood, jobs) for uscc, place, likelihood, jobs in rows
    ]


async def last(session: AsyncSession, district: str, week: date) -> dict[str, int]:
    """Return the ranks of the district's last list before a week."""
    listed = WORK_LIST_ENTRIES.c
    previous = (
        select(func.max(WORK_LISTS.c.week))
        .where(WORK_LISTS.c.district == district, WORK_LISTS.c.week < week)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(listed.uscc, listed.rank).where(listed.district == district, listed.week == previous)
    )
    return {row.uscc: row.rank for row in rows}


async def listed_before(session: AsyncSession, usccs: Collection[str], week: date) -> set[str]:
    """Return those who were on any list of any district before."""
    listed = WORK_LIST_ENTRIES.c
    return set(
        await session.scalars(
            select(listed.uscc)
            .where(listed.uscc == func.any(sorted(usccs)), listed.week < week)
            .distinct()
        )
    )


async def refuted(session: AsyncSession, usccs: Collection[str], as_of: date) -> set[str]:
    """Return those of whom officers found the warning false, and who stand nowhere since."""
    given = unnest([STANDINGS.c.uscc], [[uscc] for uscc in sorted(usccs)])
    judged = _last_judged(given.c.uscc, as_of)
    return set(
        await session.scalars(
            select(judged.c.uscc)
            .select_from(given.join(judged, true()))
            .where(judged.c.place == Place.NONE.value, judged.c.because == Leaving.REFUTED.value)
        )
    )


async def elsewhere(session: AsyncSession, usccs: Collection[str], district: str) -> set[str]:
    """Return those that the register has in other districts now."""
    known = ENTERPRISES.c
    return set(
        await session.scalars(
            select(known.uscc).where(
                known.uscc == func.any(sorted(usccs)), known.district != district
            )
        )
    )


async def add(
    session: AsyncSession, capacity: Capacity, week: date, made: WorkList, *, now: datetime
) -> None:
    """Write the list of a week."""
    of = {"district": capacity.district, "week": week}
    await session.execute(
        insert(WORK_LISTS).values(
            **of,
            capacity=capacity.weekly,
            listed=len(made.listed),
            entered=sum(one.previous_rank is None for one in made.listed),
            departed=len(made.left),
            made_at=now,
        )
    )
    if made.listed:
        await session.execute(
            insert(WORK_LIST_ENTRIES), [{**of, **_plain(one)} for one in made.listed]
        )
    if made.left:
        await session.execute(
            insert(WORK_LIST_LEAVERS), [{**of, **_plain(one)} for one in made.left]
        )


async def page(
    session: AsyncSession, query: PageQuery, *, districts: Collection[str]
) -> tuple[Sequence[Row], str | None]:
    """Return a page of the lists of these districts, the last week first."""
    asked = select(WORK_LISTS).where(WORK_LISTS.c.district == func.any(sorted(districts)))
    rows = (await session.execute(_NEWEST.page(asked, query))).mappings().all()
    return _NEWEST.cut(rows, query, lambda row: (row["week"], row["district"]))


async def find(session: AsyncSession, district: str, week: date) -> Row | None:
    """Return the head of a list."""
    query = select(WORK_LISTS).where(WORK_LISTS.c.district == district, WORK_LISTS.c.week == week)
    row = (await session.execute(query)).mappings().one_or_none()
    return None if row is None else dict(row)


async def entries(
    session: AsyncSession, district: str, week: date, *, as_of: date
) -> Sequence[Row]:
    """Return who is on a list, by rank, with the reasons of the day that it was made of."""
    judged = _last_judged(WORK_LIST_ENTRIES.c.uscc, as_of)
    listed = [of for of in WORK_LIST_ENTRIES.c if of.name not in {"district", "week"}]
    query = _of(
        select(
            *listed,
            judged.c.reasons,
            *held(judged.c),
            *_ENTERPRISE,
        ).select_from(
            WORK_LIST_ENTRIES.join(
                ENTERPRISES, ENTERPRISES.c.uscc == WORK_LIST_ENTRIES.c.uscc
            ).join(judged, true())
        ),
        WORK_LIST_ENTRIES.c,
        district,
        week,
    )
    ordered = query.order_by(WORK_LIST_ENTRIES.c.rank)
    rows: Sequence[Row] = (await session.execute(ordered)).mappings().all()
    return rows


async def leavers(session: AsyncSession, district: str, week: date) -> Sequence[Row]:
    """Return who left with a list, by the rank on the one before."""
    gone = WORK_LIST_LEAVERS.c
    query = _of(
        select(gone.uscc, gone.previous_rank, gone.because, ENTERPRISES.c.name).join(
            ENTERPRISES, ENTERPRISES.c.uscc == gone.uscc
        ),
        gone,
        district,
        week,
    )
    ordered = query.order_by(gone.previous_rank, gone.uscc)
    rows: Sequence[Row] = (await session.execute(ordered)).mappings().all()
    return rows


async def capacities(session: AsyncSession, *, districts: Collection[str]) -> list[Capacity]:
    """Return what these districts can look at, as far as somebody has said it."""
    rows = await session.execute(
        select(CAPACITIES)
        .where(CAPACITIES.c.district == func.any(sorted(districts)))
        .order_by(CAPACITIES.c.district)
    )
    return [Capacity(**row) for row in rows.mappings()]


async def put_capacity(session: AsyncSession, capacity: Capacity, *, expected: int | None) -> bool:
    """Say what a district can look at; tell whether the version was the expected one."""
    values = asdict(capacity)
    write = upsert(CAPACITIES).values(**{**values, "version": 1})
    held = CAPACITIES.c.version
    changed = write.on_conflict_do_update(
        index_elements=[CAPACITIES.c.district],
        set_={
            "weekly": write.excluded.weekly,
            "version": held + 1,
            "set_by": write.excluded.set_by,
            "set_at": write.excluded.set_at,
        },
        where=true() if expected is None else held == expected,
    )
    return await session.scalar(changed.returning(CAPACITIES.c.version)) is not None


_ENTERPRISE: Final = (
    ENTERPRISES.c.name,
    ENTERPRISES.c.district,
    ENTERPRISES.c.street,
    ENTERPRISES.c.industry,
    ENTERPRISES.c.status.label("enterprise_status"),
)


def _of(query: Select[Any], columns: Any, district: str, week: date) -> Select[Any]:  # noqa: ANN401 a table's columns
    return query.where(columns.district == district, columns.week == cast(week, Date))


def _last_judged(uscc: ColumnElement[str], as_of: date) -> Any:  # noqa: ANN401 a lateral subquery
    """Return the last judged day until `as_of`."""
    return (
        select(ASSESSMENTS)
        .where(ASSESSMENTS.c.uscc == uscc, ASSESSMENTS.c.as_of <= as_of)
        .order_by(ASSESSMENTS.c.as_of.desc())
        .limit(1)
        .lateral("judged")
    )


def _plain(one: object) -> dict[str, Any]:
    return {
        name: value.value if isinstance(value, StrEnum) else value
        for name, value in asdict(one).items()  # type: ignore[call-overload]
    }
