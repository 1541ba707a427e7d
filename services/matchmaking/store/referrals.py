"""Referrals to banks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.errors import ReferralNotFound
from services.matchmaking.domain.referral import (
    HOLDS_QUOTA,
    DeclineCode,
    Referral,
    ReferralState,
)
from services.matchmaking.store.scope import Scope
from services.matchmaking.tables import BANKS, ENTERPRISES, PRODUCTS, REFERRALS
from shared.pagination import Column, Keyset, PageQuery

_ORDER: Final = Keyset(
    Column(REFERRALS.c.sent_at, datetime, descending=True),
    Column(REFERRALS.c.id, UUID, descending=True),
)
_OWN: Final = tuple(field.name for field in fields(Referral) if field.name != "district")


@dataclass(frozen=True)
class ReferralFilter:
    """Which referrals are wanted; what is None is not asked about."""

    states: frozenset[ReferralState] | None = None
    candidate_id: UUID | None = None
    uscc: str | None = None
    bank: str | None = None
    late: bool | None = None


@dataclass(frozen=True)
class Shown:
    """A referral with the names that belong to it."""

    referral: Referral
    enterprise_name: str
    bank_name: str


async def hold(session: AsyncSession, referral_id: UUID, scope: Scope) -> Shown:
    """Read one and keep it from changing until the commit; raise ReferralNotFound."""
    query = _query(scope).where(REFERRALS.c.id == referral_id)
    return await _one(session, query.with_for_update(of=REFERRALS))


async def find(session: AsyncSession, referral_id: UUID, scope: Scope) -> Shown:
    """Read one; raise ReferralNotFound."""
    return await _one(session, _query(scope).where(REFERRALS.c.id == referral_id))


async def of(session: AsyncSession, candidate_id: UUID) -> Sequence[Referral]:
    """Return those of a candidate, oldest first, and keep them from changing."""
    return (await of_several(session, [candidate_id]))[candidate_id]


async def of_several(
    session: AsyncSession, candidates: Collection[UUID]
) -> Mapping[UUID, Sequence[Referral]]:
    """Return those of each candidate, oldest first, and keep them from changing."""
    query = (
        _query(Scope())
        .where(REFERRALS.c.candidate_id == func.any(list(candidates)))
        .order_by(REFERRALS.c.sent_at, REFERRALS.c.bank)
        .with_for_update(of=REFERRALS)
    )
    found: dict[UUID, list[Referral]] = {each: [] for each in candidates}
    for row in await session.execute(query):
        found[row.candidate_id].append(_shown(row).referral)
    return found


async def several(session: AsyncSession, referrals: Collection[UUID]) -> Sequence[Shown]:
    """Return these, by enterprise and bank."""
    query = (
        _query(Scope())
        .where(REFERRALS.c.id == func.any(list(referrals)))
        .order_by(REFERRALS.c.uscc, REFERRALS.c.bank)
    )
    return [_shown(row) for row in await session.execute(query)]


async def listed(
    session: AsyncSession, wanted: ReferralFilter, scope: Scope, page: PageQuery
) -> tuple[Sequence[Shown], str | None]:
    """List referrals, the last sent first, with the cursor of the next page."""
    query = _wanted(_query(scope), wanted)
    rows = (await session.execute(_ORDER.page(query, page))).all()
    shown, cursor = _ORDER.cut(rows, page, lambda row: (row.sent_at, row.id))
    return [_shown(row) for row in shown], cursor


async def create(session: AsyncSession, sent: Sequence[Referral]) -> None:
    """Write new referrals."""
    if sent:
        await session.execute(insert(REFERRALS), [asdict(one) for one in sent])


async def save(session: AsyncSession, referral: Referral) -> None:
    """Write how one stands now."""
    await session.execute(
        update(REFERRALS)
        .where(REFERRALS.c.id == referral.id)
        .values({name: getattr(referral, name) for name in _OWN})
    )


async def held_quota(session: AsyncSession, bank: str, product: str) -> Decimal:
    """Return what of a product's quota is granted or asked for, and keep it until the commit."""
    await session.execute(
        select(PRODUCTS.c.code)
        .where(PRODUCTS.c.bank == bank, PRODUCTS.c.code == product)
        .with_for_update()
    )
    query = select(func.coalesce(func.sum(held()), 0)).where(
        REFERRALS.c.bank == bank, REFERRALS.c.product == product
    )
    return Decimal(await session.scalar(query) or 0)


def held() -> Any:  # noqa: ANN401  an SQL expression
    """Say what a referral takes of its product's quota (domain/referral: `held`)."""
    holds = REFERRALS.c.state.in_(sorted(HOLDS_QUOTA))
    amount = func.coalesce(REFERRALS.c.approved_amount, REFERRALS.c.amount)
    return case((holds, amount), else_=0)


async def mark_late(session: AsyncSession, now: datetime) -> None:
    """Mark the answers and decisions that have not come in time."""
    table = REFERRALS
    for state, due, late in (
        (ReferralState.SENT, table.c.answer_due, table.c.answer_late),
        (ReferralState.ACCEPTED, table.c.decision_due, table.c.decision_late),
    ):
        await session.execute(
            update(table).where(table.c.state == state, due < now, ~late).values({late.name: True})
        )


async def overdue_for_good(session: AsyncSession, now: datetime) -> Sequence[Referral]:
    """Return those on which no decision came within the last limit, by enterprise."""
    query = (
        _query(Scope())
        .where(REFERRALS.c.state == ReferralState.ACCEPTED, REFERRALS.c.decide_at_last < now)
        .order_by(REFERRALS.c.uscc, REFERRALS.c.bank)
    )
    return [_shown(row).referral for row in await session.execute(query)]


def _query(scope: Scope) -> Select[Any]:
    district = func.coalesce(ENTERPRISES.c.district, REFERRALS.c.district)
    conditions = scope.conditions(district=district, uscc=REFERRALS.c.uscc, bank=REFERRALS.c.bank)
    return (
        select(
            *(REFERRALS.c[name] for name in _OWN),
            district.label("district"),
            func.coalesce(ENTERPRISES.c.name, REFERRALS.c.uscc).label("enterprise_name"),
            BANKS.c.name.label("bank_name"),
        )
        .join(BANKS, BANKS.c.client_id == REFERRALS.c.bank)
        .outerjoin(ENTERPRISES, ENTERPRISES.c.uscc == REFERRALS.c.uscc)
        .where(*conditions)
    )


def _wanted(query: Select[Any], wanted: ReferralFilter) -> Select[Any]:
    if wanted.states is not None:
        query = query.where(REFERRALS.c.state.in_(sorted(wanted.states)))
    if wanted.late is not None:
        late = REFERRALS.c.answer_late | REFERRALS.c.decision_late
        query = query.where(late if wanted.late else ~late)
    for column, value in (
        (REFERRALS.c.candidate_id, wanted.candidate_id),
        (REFERRALS.c.uscc, wanted.uscc),
        (REFERRALS.c.bank, wanted.bank),
    ):
        if value is not None:
            query = query.where(column == value)
    return query


async def _one(session: AsyncSession, query: Select[Any]) -> Shown:
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise ReferralNotFound
    return _shown(row)


def _shown(row: Row[Any]) -> Shown:
    own = {name: getattr(row, name) for name in _OWN}
    own |= {
        "district": row.district,
        "state": ReferralState(row.state),
        "code": row.code and DeclineCode(row.code),
    }
    return Shown(Referral(**own), row.enterprise_name, row.bank_name)
