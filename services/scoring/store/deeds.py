"""Keeps what was done once and never changes: visits, help, refutations."""

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.rules import Help
from services.scoring.tables import HELP, REFUTATIONS, VISITS
from shared.events.cases import ServiceDelivered, VisitRecorded, WarningRefuted
from shared.events.matchmaking import LoanDrawn


async def keep_visit(session: AsyncSession, event: VisitRecorded) -> bool:
    """Keep a visit; return whether it is new to us."""
    seen = {of.name: getattr(event, of.name) for of in VISITS.c}
    return await _write(session, VISITS, seen)


async def keep_service(session: AsyncSession, event: ServiceDelivered) -> bool:
    """Keep a service that reached an enterprise; return whether it is new to us."""
    return await _write(
        session,
        HELP,
        {
            "id": event.id,
            "uscc": event.uscc,
            "service": event.service,
            "given_on": event.delivered_on,
            "persons": event.persons,
            "amount": event.amount,
            "occurred_at": event.occurred_at,
        },
    )


async def keep_loan(session: AsyncSession, event: LoanDrawn) -> bool:
    """Keep money that flowed to an enterprise; return whether it is new to us."""
    return await _write(
        session,
        HELP,
        {
            "id": event.drawdown_id,
            "uscc": event.uscc,
            "service": Help.LOAN.value,
            "given_on": event.drawn_on,
            "persons": None,
            "amount": event.amount,
            "occurred_at": event.occurred_at,
        },
    )


async def keep_refutation(session: AsyncSession, event: WarningRefuted) -> bool:
    """Keep that a warning was found to be false; return whether it is new to us."""
    found = {of.name: getattr(event, of.name) for of in REFUTATIONS.c}
    return await _write(session, REFUTATIONS, found)


async def _write(session: AsyncSession, table: Table, row: dict[str, object]) -> bool:
    written = await session.execute(
        insert(table).values(row).on_conflict_do_nothing().returning(table.c.uscc)
    )
    return written.first() is not None
