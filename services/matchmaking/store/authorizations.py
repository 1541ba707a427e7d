"""Authorisations of enterprises."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.authorization import Authorization, Scope, Standing
from services.matchmaking.domain.errors import AuthorizationNotFound
from services.matchmaking.domain.pack import DataItem
from services.matchmaking.store.scope import Scope as Bounds
from services.matchmaking.tables import AUTHORIZATIONS, CANDIDATES, ENTERPRISES
from shared.pagination import Column, Keyset, PageQuery

_ORDER: Final = Keyset(
    Column(AUTHORIZATIONS.c.given_at, datetime, descending=True),
    Column(AUTHORIZATIONS.c.id, UUID, descending=True),
)


@dataclass(frozen=True)
class AuthorizationFilter:
    """Which authorisations are wanted."""

    standing: Standing | None = None
    uscc: str | None = None


async def find(session: AsyncSession, authorization_id: UUID, bounds: Bounds) -> Authorization:
    """Read one; raise AuthorizationNotFound."""
    return await _one(session, _query(bounds).where(AUTHORIZATIONS.c.id == authorization_id))


async def hold(session: AsyncSession, authorization_id: UUID, bounds: Bounds) -> Authorization:
    """Read one and keep it from changing until the commit; raise AuthorizationNotFound."""
    query = _query(bounds).where(AUTHORIZATIONS.c.id == authorization_id)
    return await _one(session, query.with_for_update(of=AUTHORIZATIONS))


async def of(
    session: AsyncSession, candidate_id: UUID, *, kept: bool = False
) -> Sequence[Authorization]:
    """Return those of a candidate, oldest first; `kept`: none may end until the commit."""
    return (await of_several(session, [candidate_id], kept=kept))[candidate_id]


async def of_several(
    session: AsyncSession, candidates: Collection[UUID], *, kept: bool = False
) -> Mapping[UUID, Sequence[Authorization]]:
    """Return those of each candidate, oldest first; `kept`: none may end until the commit."""
    query = _query(Bounds()).where(AUTHORIZATIONS.c.candidate_id == func.any(list(candidates)))
    query = query.order_by(AUTHORIZATIONS.c.given_at, AUTHORIZATIONS.c.id)
    if kept:
        query = query.with_for_update(read=True, of=AUTHORIZATIONS)
    found: dict[UUID, list[Authorization]] = {each: [] for each in candidates}
    for row in await session.execute(query):
        found[row.candidate_id].append(_authorization(row))
    return found


async def listed(
    session: AsyncSession, wanted: AuthorizationFilter, bounds: Bounds, page: PageQuery
) -> tuple[Sequence[Authorization], str | None]:
    """List authorisations, the last given first, with the cursor of the next page."""
    query = _query(bounds)
    if wanted.standing is not None:
        query = query.where(AUTHORIZATIONS.c.standing == wanted.standing)
    if wanted.uscc is not None:
        query = query.where(AUTHORIZATIONS.c.uscc == wanted.uscc)
    rows = (await session.execute(_ORDER.page(query, page))).all()
    shown, cursor = _ORDER.cut(rows, page, lambda row: (row.given_at, row.id))
    return [_authorization(row) for row in shown], cursor


async def create(session: AsyncSession, given: Authorization, *, now: datetime) -> None:
    """Write a new one."""
    banks = given.scope.banks
    await session.execute(
        insert(AUTHORIZATIONS).values(
            id=given.id,
            candidate_id=given.candidate_id,
            uscc=given.uscc,
            items=sorted(given.scope.items),
            banks=None if banks is None else sorted(banks),
            purpose=given.scope.purpose,
            valid_from=given.valid_from,
            valid_until=given.scope.valid_until,
            standing=given.standing,
            given_by=given.given_by,
            paper_reference=given.paper_reference,
            confirmed_by=given.confirmed_by,
            given_at=now,
        )
    )


async def save(session: AsyncSession, given: Authorization) -> None:
    """Write how one stands now."""
    await session.execute(
        update(AUTHORIZATIONS)
        .where(AUTHORIZATIONS.c.id == given.id)
        .values(standing=given.standing, confirmed_by=given.confirmed_by)
    )


async def run_out(session: AsyncSession, *, today: date) -> Sequence[UUID]:
    """Let those end whose last day is over; return of which candidates they were."""
    ended = await session.scalars(
        update(AUTHORIZATIONS)
        .where(
            AUTHORIZATIONS.c.standing.in_([Standing.PENDING, Standing.ACTIVE]),
            AUTHORIZATIONS.c.valid_until < today,
        )
        .values(standing=Standing.EXPIRED)
        .returning(AUTHORIZATIONS.c.candidate_id)
    )
    return sorted(set(ended))


async def _one(session: AsyncSession, query: Select[Any]) -> Authorization:
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise AuthorizationNotFound
    return _authorization(row)


def _query(bounds: Bounds) -> Select[Any]:
    district = func.coalesce(ENTERPRISES.c.district, CANDIDATES.c.district)
    return (
        select(AUTHORIZATIONS)
        .join(CANDIDATES, CANDIDATES.c.id == AUTHORIZATIONS.c.candidate_id)
        .outerjoin(ENTERPRISES, ENTERPRISES.c.uscc == AUTHORIZATIONS.c.uscc)
        .where(*bounds.conditions(district=district, uscc=AUTHORIZATIONS.c.uscc))
    )


def _authorization(row: Row[Any]) -> Authorization:
    return Authorization(
        id=row.id,
        candidate_id=row.candidate_id,
        uscc=row.uscc,
        scope=Scope(
            items=frozenset(DataItem(item) for item in row.items),
            banks=None if row.banks is None else frozenset(row.banks),
            purpose=row.purpose,
            valid_until=row.valid_until,
        ),
        valid_from=row.valid_from,
        standing=Standing(row.standing),
        given_by=row.given_by,
        paper_reference=row.paper_reference,
        confirmed_by=row.confirmed_by,
    )
