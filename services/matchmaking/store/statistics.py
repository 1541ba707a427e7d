"""The figures of matchmaking over a period of days, both ends included."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Date, Select, cast, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.candidate import Step
from services.matchmaking.tables import (
    CANDIDATE_LINES,
    CANDIDATES,
    CONTRACTS,
    DRAWDOWNS,
    REFERRALS,
)

_ZONE: Final = "Asia/Shanghai"
_FEN: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Figures:
    """Enterprises are counted once each, whatever happened to them how often."""

    candidates: int
    invited: int
    authorized: int
    referred: int
    signed: int
    banks: int
    amount_cny: Decimal
    drawn_cny: Decimal
    jobs_committed: int


async def figures(session: AsyncSession, *, since: date | None, until: date | None) -> Figures:
    """Count what happened in the period."""

    def within(query: Select[Any], day: Any) -> Select[Any]:  # noqa: ANN401
        if since is not None:
            query = query.where(day >= since)
        return query if until is None else query.where(day <= until)

    firms = func.count(distinct(CANDIDATES.c.uscc))
    candidates = within(select(firms), CANDIDATES.c.selected_on)

    def reached(step: Step) -> Select[Any]:
        lines = select(firms).join(
            CANDIDATE_LINES, CANDIDATE_LINES.c.candidate_id == CANDIDATES.c.id
        )
        return within(
            lines.where(CANDIDATE_LINES.c.step == step),
            cast(func.timezone(_ZONE, CANDIDATE_LINES.c.at), Date),
        )

    sent_on = cast(func.timezone(_ZONE, REFERRALS.c.sent_at), Date)
    referred = within(select(func.count(distinct(REFERRALS.c.uscc))), sent_on)
    signed = within(
        select(
            func.count(distinct(CONTRACTS.c.uscc)),
            func.count(distinct(CONTRACTS.c.bank)),
            func.coalesce(func.sum(CONTRACTS.c.amount), 0),
            func.coalesce(func.sum(CONTRACTS.c.jobs_committed), 0),
        ),
        CONTRACTS.c.signed_on,
    )
    drawn = within(select(func.coalesce(func.sum(DRAWDOWNS.c.amount), 0)), DRAWDOWNS.c.drawn_on)
    enterprises, banks, amount, jobs = (await session.execute(signed)).one()
    return Figures(
        candidates=await session.scalar(candidates) or 0,
        invited=await session.scalar(reached(Step.INVITE)) or 0,
        authorized=await session.scalar(reached(Step.AUTHORIZE)) or 0,
        referred=await session.scalar(referred) or 0,
        signed=enterprises,
        banks=banks,
        amount_cny=Decimal(amount).quantize(_FEN),
        drawn_cny=Decimal(await session.scalar(drawn) or 0).quantize(_FEN),
        jobs_committed=jobs,
    )
