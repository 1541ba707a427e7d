"""Rounds (首贷专场、银企对接会) and who is invited to them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, func, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.errors import RoundNotFound
from services.matchmaking.tables import INVITATIONS, ROUNDS
from shared.pagination import Column, Keyset, PageQuery

_ORDER: Final = Keyset(
    Column(ROUNDS.c.held_on, date, descending=True), Column(ROUNDS.c.id, UUID, descending=True)
)
_INVITED: Final = (
    select(func.count())
    .where(INVITATIONS.c.round_id == ROUNDS.c.id)
    .scalar_subquery()
    .label("invited")
)


@dataclass(frozen=True, slots=True)
class Round:
    """A meeting of enterprises with banks."""

    id: UUID
    title: str
    held_on: date
    opened_by: str
    opened_at: datetime
    invited: int = 0


async def create(session: AsyncSession, opened: Round) -> None:
    """Write a new round."""
    await session.execute(
        insert(ROUNDS).values(
            id=opened.id,
            title=opened.title,
            held_on=opened.held_on,
            opened_by=opened.opened_by,
            opened_at=opened.opened_at,
        )
    )


async def find(session: AsyncSession, round_id: UUID) -> Round:
    """Return a round; raise RoundNotFound."""
    row = (
        await session.execute(select(ROUNDS, _INVITED).where(ROUNDS.c.id == round_id))
    ).one_or_none()
    if row is None:
        raise RoundNotFound
    return _round(row)


async def listed(session: AsyncSession, page: PageQuery) -> tuple[Sequence[Round], str | None]:
    """List rounds, the last held first, with the cursor of the next page."""
    rows = (await session.execute(_ORDER.page(select(ROUNDS, _INVITED), page))).all()
    shown, cursor = _ORDER.cut(rows, page, lambda row: (row.held_on, row.id))
    return [_round(row) for row in shown], cursor


async def invite(
    session: AsyncSession, round_id: UUID, candidates: Collection[UUID], *, now: datetime
) -> None:
    """Note that candidates are invited to a round."""
    rows = [{"round_id": round_id, "candidate_id": one, "invited_at": now} for one in candidates]
    if rows:
        await session.execute(postgresql.insert(INVITATIONS).on_conflict_do_nothing(), rows)


async def invited(session: AsyncSession, round_id: UUID) -> Collection[UUID]:
    """Return who is invited to a round."""
    query = select(INVITATIONS.c.candidate_id).where(INVITATIONS.c.round_id == round_id)
    return frozenset(await session.scalars(query))


def _round(row: Row[Any]) -> Round:
    return Round(row.id, row.title, row.held_on, row.opened_by, row.opened_at, row.invited)
