"""Products as matching looks at them: what is left of their quota, what their banks have done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.firm import band_of, firm, section_of
from services.matchmaking.domain.fit import Past, Record
from services.matchmaking.domain.product import Product
from services.matchmaking.domain.referral import ReferralState
from services.matchmaking.store import headcounts, products
from services.matchmaking.store.products import ProductFilter
from services.matchmaking.store.referrals import held
from services.matchmaking.tables import ENTERPRISES, REFERRALS

_RECENT: Final = timedelta(days=90)
_GRANTED: Final = (ReferralState.APPROVED, ReferralState.SIGNED)


@dataclass(frozen=True, slots=True)
class Stocked:
    """A product with what is left of its quota and its bank's record."""

    product: Product
    quota_left: Decimal
    record: Record


async def stocked(session: AsyncSession, *, now: datetime) -> Sequence[Stocked]:
    """Return all products, by bank and code."""
    held_by = await _held(session)
    records = await _records(session, now=now)
    return [
        Stocked(
            product,
            max(
                Decimal(0),
                product.terms.quota
                - held_by.get((product.bank.client_id, product.code), Decimal(0)),
            ),
            records.get(product.bank.client_id, Record()),
        )
        for product in await products.every(session, ProductFilter(None))
    ]


async def _held(session: AsyncSession) -> Mapping[tuple[str, str], Decimal]:
    query = select(REFERRALS.c.bank, REFERRALS.c.product, func.sum(held())).group_by(
        REFERRALS.c.bank, REFERRALS.c.product
    )
    return {(bank, code): Decimal(total) for bank, code, total in await session.execute(query)}


async def _records(session: AsyncSession, *, now: datetime) -> Mapping[str, Record]:
    decided = await _decided(session)
    answers = await _answers(session, now=now)
    return {
        bank: Record(tuple(decided.get(bank, ())), *answers.get(bank, (0, 0)))
        for bank in decided.keys() | answers.keys()
    }


async def _decided(session: AsyncSession) -> Mapping[str, list[Past]]:
    table = REFERRALS
    query = (
        select(table, ENTERPRISES.c.industry)
        .outerjoin(ENTERPRISES, ENTERPRISES.c.uscc == table.c.uscc)
        .where(table.c.state.in_([*_GRANTED, ReferralState.REFUSED]))
        .order_by(table.c.bank, table.c.uscc, table.c.sent_at)
    )
    rows = (await session.execute(query)).all()
    staff = await headcounts.latest(session, {row.uscc for row in rows})
    found: dict[str, list[Past]] = {}
    for row in rows:
        size = firm(
            row.uscc,
            district=row.district,
            industry_code=row.industry,
            staff=staff.get(row.uscc),
        ).size
        past = Past(
            section_of(row.industry),
            size,
            band_of(row.amount),
            row.district,
            row.state in _GRANTED,
        )
        found.setdefault(row.bank, []).append(past)
    return found


async def _answers(session: AsyncSession, *, now: datetime) -> Mapping[str, tuple[int, int]]:
    """Count, for each bank, the answers that were due in the last 90 days and those in time."""
    table = REFERRALS
    kept = func.count().filter(table.c.answered_at.is_not(None), ~table.c.answer_late)
    query = (
        select(table.c.bank, func.count(), kept)
        .where(
            table.c.answer_due > now - _RECENT,
            (table.c.answer_due <= now) | table.c.answered_at.is_not(None),
        )
        .group_by(table.c.bank)
    )
    return {bank: (due, in_time) for bank, due, in_time in await session.execute(query)}
