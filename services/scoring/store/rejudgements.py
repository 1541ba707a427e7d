"""Full judgements: asked for, taken part by part by any worker, and how far they are."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import polars as pl
from sqlalchemy import ColumnElement, Select, and_, func, insert, literal, or_, select, update
from sqlalchemy import text as statement
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.attempts import Failure
from services.scoring.domain.errors import (
    RejudgementEnded,
    RejudgementNotFound,
    RejudgementUnderWay,
)
from services.scoring.store import attempts, copying
from services.scoring.tables import OUTLOOKS, REJUDGEMENT_PARTS, REJUDGEMENTS, SLOTS, STANDINGS
from shared.pagination import Column, Keyset, PageQuery

Row = Mapping[str, Any]

_NEWEST: Final = Keyset(Column(REJUDGEMENTS.c.id, UUID, descending=True))

# Whoever asks for a full judgement does so alone.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('scoring.rejudgements', 0))"


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is held until the commit, and the full judgement that it belongs to."""

    rejudgement_id: UUID
    number: int
    begin: str
    until: str | None
    slot: int
    as_of: date


async def ask(
    session: AsyncSession,
    rejudgement_id: UUID,
    *,
    as_of: date,
    because: str,
    by: str,
    now: datetime,
    at_once: int,
) -> None:
    """Cut the city into parts of so many enterprises.

    Raises:
        RejudgementUnderWay: another one is not done yet.
    """
    await session.execute(statement(_LOCK))
    if await session.scalar(select(REJUDGEMENT_PARTS.c.number).where(_is_open()).limit(1)):
        raise RejudgementUnderWay
    slot = await session.scalar(
        select(REJUDGEMENTS.c.slot).order_by(REJUDGEMENTS.c.asked_at.desc()).limit(1)
    )
    begins = await _begins(session, at_once)
    await session.execute(
        insert(REJUDGEMENTS).values(
            id=rejudgement_id,
            slot=0 if slot is None else (slot + 1) % SLOTS,
            as_of=as_of,
            because=because,
            asked_by=by,
            asked_at=now,
            parts=len(begins),
        )
    )
    untils = [*begins[1:], None]
    await session.execute(
        insert(REJUDGEMENT_PARTS),
        [
            {"rejudgement_id": rejudgement_id, "number": number, "begin": begin, "until": until}
            for number, (begin, until) in enumerate(zip(begins, untils, strict=True), 1)
        ],
    )


async def begin(session: AsyncSession, now: datetime) -> None:
    """Clear away what an earlier full judgement found, before the first part of one is taken."""
    waiting = (
        select(REJUDGEMENTS.c.id, REJUDGEMENTS.c.slot)
        .where(REJUDGEMENTS.c.begun_at.is_(None), REJUDGEMENTS.c.cancelled_at.is_(None))
        .with_for_update(skip_locked=True)
    )
    for row in (await session.execute(waiting)).all():
        await session.execute(statement(f"TRUNCATE scoring.{OUTLOOKS[row.slot].name}"))
        await session.execute(
            update(REJUDGEMENTS).where(REJUDGEMENTS.c.id == row.id).values(begun_at=now)
        )


async def open_parts(session: AsyncSession) -> Sequence[str]:
    """Name the parts that are to be done, in their order."""
    part = REJUDGEMENT_PARTS.c
    query = (
        select(part.rejudgement_id, part.number)
        .join(REJUDGEMENTS, REJUDGEMENTS.c.id == part.rejudgement_id)
        .where(
            _is_open(),
            REJUDGEMENTS.c.begun_at.is_not(None),
        )
        .order_by(REJUDGEMENTS.c.asked_at, REJUDGEMENT_PARTS.c.number)
    )
    return [f"{row.rejudgement_id}/{row.number}" for row in await session.execute(query)]


async def is_open(session: AsyncSession, name: str) -> bool:
    """Tell whether a part is yet to be done, whoever holds it."""
    query = select(REJUDGEMENT_PARTS.c.number).where(_is_open(), _named(name))
    return await session.scalar(query) is not None


async def take(session: AsyncSession, name: str) -> Part | None:
    """Hold a part; None if it is done, held by another worker, or in a pause.

    A worker that dies lets go of it with its transaction, and the next one takes it.
    """
    query = (
        select(
            REJUDGEMENT_PARTS.c.rejudgement_id,
            REJUDGEMENT_PARTS.c.number,
            REJUDGEMENT_PARTS.c.begin,
            REJUDGEMENT_PARTS.c.until,
            REJUDGEMENTS.c.slot,
            REJUDGEMENTS.c.as_of,
        )
        .join(REJUDGEMENTS, REJUDGEMENTS.c.id == REJUDGEMENT_PARTS.c.rejudgement_id)
        .where(_is_open(), _named(name), attempts.is_due(literal(name)))
        .with_for_update(of=REJUDGEMENT_PARTS, skip_locked=True)
    )
    row = (await session.execute(query)).first()
    return None if row is None else Part(*row)


async def enterprises(session: AsyncSession, part: Part) -> Sequence[str]:
    """Return the enterprises of a part: whoever anything is known of, in order."""
    query = select(STANDINGS.c.uscc).where(STANDINGS.c.uscc >= part.begin)
    if part.until is not None:
        query = query.where(STANDINGS.c.uscc < part.until)
    return list(await session.scalars(query.order_by(STANDINGS.c.uscc)))


async def keep_outlooks(session: AsyncSession, slot: int, likelihoods: pl.DataFrame) -> None:
    """Append what was found of each enterprise of a part."""
    await copying.write(session, OUTLOOKS[slot], likelihoods.sort("uscc"))


async def note(
    session: AsyncSession,
    part: Part,
    *,
    enterprises: int,
    standing: int,
    moved: int,
    model: int | None,
    now: datetime,
) -> None:
    """Note that a part is done, in the transaction of what was judged, and by which champion."""
    await session.execute(
        update(REJUDGEMENT_PARTS)
        .where(
            REJUDGEMENT_PARTS.c.rejudgement_id == part.rejudgement_id,
            REJUDGEMENT_PARTS.c.number == part.number,
        )
        .values(done_at=now, enterprises=enterprises, standing=standing, moved=moved, model=model)
    )


async def fail(session: AsyncSession, part: Part, failure: Failure, *, now: datetime) -> None:
    """End a full judgement of which a part keeps failing: no other part of it is begun any more."""
    await session.execute(
        update(REJUDGEMENTS)
        .where(
            REJUDGEMENTS.c.id == part.rejudgement_id,
            REJUDGEMENTS.c.failed_at.is_(None),
            REJUDGEMENTS.c.cancelled_at.is_(None),
        )
        .values(failed_at=now, failure={**asdict(failure), "part": part.number})
    )


async def show(session: AsyncSession, rejudgement_id: UUID) -> Row:
    """Return a full judgement and how far it is."""
    query = _progress().where(REJUDGEMENTS.c.id == rejudgement_id)
    row: Row | None = (await session.execute(query)).mappings().first()
    if row is None:
        raise RejudgementNotFound
    return row


async def page(session: AsyncSession, query: PageQuery) -> tuple[Sequence[Row], str | None]:
    """Return a page of the full judgements, the last asked first."""
    rows = (await session.execute(_NEWEST.page(_progress(), query))).mappings().all()
    return _NEWEST.cut(rows, query, lambda row: (row["id"],))


async def cancel(session: AsyncSession, rejudgement_id: UUID, *, by: str, now: datetime) -> None:
    """Let no other part of a full judgement be begun. Raises RejudgementNotFound, RejudgementEnded.

    Parts that workers hold just now are done to their end, as a part is judged whole or not at all.
    """
    await session.execute(statement(_LOCK))
    held = await show(session, rejudgement_id)
    if held["parts_done"] == held["parts"] or held["cancelled_at"] or held["failed_at"]:
        raise RejudgementEnded
    ended = await session.execute(
        update(REJUDGEMENTS)
        .where(REJUDGEMENTS.c.id == rejudgement_id, REJUDGEMENTS.c.failed_at.is_(None))
        .values(cancelled_at=now, cancelled_by=by)
        .returning(REJUDGEMENTS.c.id)
    )
    if ended.first() is None:
        raise RejudgementEnded


def _progress() -> Select[Any]:
    part = REJUDGEMENT_PARTS.c
    return (
        select(
            *REJUDGEMENTS.c,
            func.count(part.done_at).label("parts_done"),
            func.coalesce(func.sum(part.enterprises), 0).label("enterprises"),
            func.coalesce(func.sum(part.standing), 0).label("standing"),
            func.coalesce(func.sum(part.moved), 0).label("moved"),
            func.max(part.done_at).label("last_done_at"),
            func.array_remove(func.array_agg(func.distinct(part.model)), None).label("models"),
        )
        .join(REJUDGEMENT_PARTS, part.rejudgement_id == REJUDGEMENTS.c.id)
        .group_by(REJUDGEMENTS.c.id)
    )


async def _begins(session: AsyncSession, at_once: int) -> list[str]:
    """Return the first enterprise of each part; of an empty city one part that has none."""
    numbered = select(
        STANDINGS.c.uscc, func.row_number().over(order_by=STANDINGS.c.uscc).label("place")
    ).subquery()
    query = select(numbered.c.uscc).where(numbered.c.place % at_once == 1 % at_once)
    return list(await session.scalars(query.order_by(numbered.c.uscc))) or [""]


def _named(name: str) -> ColumnElement[bool]:
    rejudgement_id, _, number = name.partition("/")
    part = REJUDGEMENT_PARTS.c
    return and_(part.rejudgement_id == UUID(rejudgement_id), part.number == int(number))


def _is_open() -> ColumnElement[bool]:
    """Say whether a part is to be done: not what is left of one that failed or was called off."""
    ended = select(REJUDGEMENTS.c.id).where(
        or_(REJUDGEMENTS.c.failed_at.is_not(None), REJUDGEMENTS.c.cancelled_at.is_not(None))
    )
    return and_(
        REJUDGEMENT_PARTS.c.done_at.is_(None),
        REJUDGEMENT_PARTS.c.rejudgement_id.not_in(ended),
    )
