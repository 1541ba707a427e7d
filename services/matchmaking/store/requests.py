"""Wishes for a loan that came up in cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.tables import FINANCING_REQUESTS
from shared.events.cases import FinancingRequested


@dataclass(frozen=True, slots=True)
class Request:
    """What a case said that its enterprise wants; amount in CNY."""

    amount: Decimal
    tenor_months: int
    purpose: str
    jobs_to_keep: int


async def note(session: AsyncSession, fact: FinancingRequested) -> None:
    """Keep a wish."""
    await session.execute(
        insert(FINANCING_REQUESTS)
        .values(
            id=fact.id,
            uscc=fact.uscc,
            amount=fact.amount,
            tenor_months=fact.tenor_months,
            purpose=fact.purpose,
            jobs_to_keep=fact.jobs_to_keep,
            occurred_at=fact.occurred_at,
        )
        .on_conflict_do_nothing()
    )


async def latest(session: AsyncSession, usccs: list[str]) -> Mapping[str, Request]:
    """Return the last wish of each enterprise that has one."""
    table = FINANCING_REQUESTS
    query = (
        select(
            table.c.uscc,
            table.c.amount,
            table.c.tenor_months,
            table.c.purpose,
            table.c.jobs_to_keep,
        )
        .ext(distinct_on(table.c.uscc))
        .where(table.c.uscc.in_(usccs))
        .order_by(table.c.uscc, table.c.occurred_at.desc(), table.c.id)
    )
    return {uscc: Request(*said) for uscc, *said in await session.execute(query)}
