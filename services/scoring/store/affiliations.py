"""Who belongs together, what went wrong with whom, and who is to be judged for it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import polars as pl
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Date,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    delete,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.troubles import NO_TROUBLES, Trouble, Turn, turns
from services.scoring.features.affiliations import INVERSE, ascribed
from services.scoring.features.facts import AFFILIATIONS as SCHEMA
from services.scoring.features.facts import TROUBLES as TROUBLES_SCHEMA
from services.scoring.history import Course, Judged
from services.scoring.store import copying
from services.scoring.tables import OBSERVATIONS, STIRRED, TROUBLES
from shared.events.ingest import ObservationsRecorded, Operation
from shared.rows import Given

MOST: Final = 2000
"""Of an enterprise so many versions of relations count: the first that became known. What comes
later changes nothing of them, so what was judged by them stays."""

_ZONE = "Asia/Shanghai"
_OBSERVED = OBSERVATIONS.c
# Written out, as the partial index is.
IS_RELATION = _OBSERVED.feed == literal_column("'affiliation'")
OTHER: ColumnElement[str] = func.split_part(
    _OBSERVED.period, literal_column("'/'"), literal_column("2")
)
_TURNS = pl.Schema(
    {"other": pl.String(), "kind": pl.String(), "on": pl.Date(), "state": pl.String()}
)
_KEPT: Final = (
    select(TROUBLES)
    .where(TROUBLES.c.uscc == any_(bindparam("usccs", type_=ARRAY(Text))))
    .order_by(TROUBLES.c.since)
)
_SINCE: Final = Given([Column("uscc", Text), Column("since", Date)])
_FORGET: Final = delete(TROUBLES).where(
    TROUBLES.c.uscc == _SINCE.table.c.uscc, TROUBLES.c.since >= _SINCE.table.c.since
)
_ADDED: Final = Given(list(TROUBLES.c))
_ADD: Final = insert(TROUBLES).from_select(list(TROUBLES.c), select(_ADDED.table))


def _stirring() -> Insert:
    """Put down all who belong to some enterprises, in one order for all."""
    given = _SINCE.table
    linked = union_all(
        select(_OBSERVED.uscc, given.c.since)
        .select_from(OBSERVATIONS.join(given, given.c.uscc == OTHER))
        .where(IS_RELATION),
        select(OTHER.label("uscc"), given.c.since)
        .select_from(OBSERVATIONS.join(given, given.c.uscc == _OBSERVED.uscc))
        .where(IS_RELATION),
    ).subquery()
    each = select(linked.c.uscc, func.min(linked.c.since)).group_by(linked.c.uscc)
    put = insert(STIRRED).from_select(["uscc", "since"], each.order_by(linked.c.uscc))
    earlier = func.least(STIRRED.c.since, put.excluded.since)
    return put.on_conflict_do_update(index_elements=[STIRRED.c.uscc], set_={"since": earlier})


_STIR: Final = _stirring()


def others(event: ObservationsRecorded) -> set[str]:
    """Return the other enterprises that relations of an event name."""
    return {period.partition("/")[2] for period in event.period}


async def read(session: AsyncSession, usccs: Collection[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return all versions of the relations of these enterprises, and what turned with the others.

    A relation is told of one enterprise and counts for both.
    """
    told = union_all(
        _told(usccs, _OBSERVED.uscc, OTHER), _told(usccs, OTHER, _OBSERVED.uscc)
    ).subquery()
    place = func.row_number().over(
        partition_by=told.c.uscc,
        order_by=(told.c.received_at, told.c.told_of, told.c.period, told.c.version),
    )
    counted = select(told, place.label("place")).subquery()
    columns = {name: counted.c[name] for name in SCHEMA}
    asked = copying.told(columns, SCHEMA, counted.c.place <= MOST)
    links = await copying.read(session, asked, SCHEMA)
    if links.is_empty():
        return links, TROUBLES_SCHEMA.to_frame()
    is_theirs = pl.col("told_of") != pl.col("uscc")
    links = links.with_columns(
        pl.when(is_theirs)
        .then(pl.col("relation").replace(INVERSE))
        .otherwise(pl.col("relation"))
        .alias("relation")
    )
    turned = TROUBLES.c
    asked = copying.told(
        {"other": turned.uscc, "kind": turned.kind, "on": turned.since, "state": turned.state},
        _TURNS,
        turned.uscc == func.any(sorted(set(links["other"]))),
    )
    found = await copying.read(session, asked, _TURNS)
    return links, ascribed(found, links)


def _told(
    usccs: Collection[str], whose: ColumnElement[str], other: ColumnElement[str]
) -> Select[Any]:
    said = _OBSERVED.measures
    return select(
        whose.label("uscc"),
        _OBSERVED.version,
        (_OBSERVED.operation == Operation.WITHDRAW.value).label("is_withdrawn"),
        cast(func.timezone(_ZONE, _OBSERVED.received_at), Date).label("received_on"),
        cast(_OBSERVED.import_id, Text).label("import_id"),
        other.label("other"),
        said["relation"].astext.label("relation"),
        func.split_part(_OBSERVED.period, "/", 1).label("since"),
        said["until"].astext.label("until"),
        _OBSERVED.uscc.label("told_of"),
        _OBSERVED.period,
        _OBSERVED.received_at,
    ).where(IS_RELATION, whose == any_(literal(sorted(usccs), ARRAY(Text))))


async def keep_turns(
    session: AsyncSession, courses: Sequence[Course], days: Iterable[Judged]
) -> None:
    """Keep what these days say went wrong with whom, and stir whoever belongs to them."""
    judged: dict[str, list[Judged]] = defaultdict(list)
    for one in days:
        judged[one.uscc].append(one)
    firsts = {course.uscc: course.first for course in courses}
    kept = await _kept(session, firsts)
    wrong = {uscc for uscc, told in judged.items() if any(one.troubles for one in told)}
    since: dict[str, date] = {}
    added: list[tuple[str, Turn]] = []
    for uscc in sorted(wrong | kept.keys()):
        before = [one for one in kept.get(uscc, ()) if one.on < firsts[uscc]]
        after = {one for one in kept.get(uscc, ()) if one.on >= firsts[uscc]}
        said = sorted(judged[uscc], key=lambda one: one.assessment.as_of)
        found = set(turns(((one.assessment.as_of, one.troubles) for one in said), _last(before)))
        if after != found:
            since[uscc] = min(one.on for one in after ^ found)
            added += ((uscc, one) for one in found)
    if not since:
        return
    await session.execute(_FORGET, _SINCE.of([(uscc, firsts[uscc]) for uscc in since]))
    if added:
        rows = [(uscc, one.kind.value, one.on, one.state) for uscc, one in added]
        await session.execute(_ADD, _ADDED.of(rows))
    # All who belong to these.
    await session.execute(_STIR, _SINCE.of(list(since.items())))


async def stirred(session: AsyncSession, *, limit: int) -> list[str]:
    """Return enterprises that wait to be judged for what turned with others."""
    query = select(STIRRED.c.uscc).order_by(STIRRED.c.uscc).limit(limit)
    return list(await session.scalars(query))


async def calm(session: AsyncSession, usccs: Collection[str]) -> dict[str, date]:
    """Take these off the list, and return from which day on each is to be judged.

    They are locked by their standings: who locks both, locks the standings first.
    """
    theirs = STIRRED.c.uscc == func.any(sorted(usccs))
    held = select(STIRRED).where(theirs).order_by(STIRRED.c.uscc).with_for_update()
    since = {row.uscc: row.since for row in await session.execute(held)}
    await session.execute(delete(STIRRED).where(STIRRED.c.uscc == func.any(sorted(since))))
    return since


async def _kept(session: AsyncSession, usccs: Collection[str]) -> dict[str, list[Turn]]:
    kept: dict[str, list[Turn]] = defaultdict(list)
    for row in await session.execute(_KEPT, {"usccs": sorted(usccs)}):
        kept[row.uscc].append(Turn(Trouble(row.kind), row.since, row.state))
    return kept


def _last(told: Sequence[Turn]) -> Mapping[Trouble, str]:
    last = dict(NO_TROUBLES)
    for one in told:
        if one.state is None:
            last.pop(one.kind, None)
        else:
            last[one.kind] = one.state
    return last
