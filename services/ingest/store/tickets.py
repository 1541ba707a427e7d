"""Correction tickets, with what has become of the facts that they doubt."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.tickets import Correction, Ticket, TicketState
from services.ingest.store.observations import Periods
from services.ingest.store.register import seen_in
from services.ingest.tables import CORRECTION_TICKETS as TICKETS
from services.ingest.tables import ENTERPRISES, IMPORTS, OBSERVATIONS
from shared.pagination import Column, Keyset, PageQuery

_NEWEST_FIRST: Final = Keyset(Column(TICKETS.c.id, UUID, descending=True))
_OWN: Final = tuple(of.name for of in TICKETS.c if of.name != "enterprise_id")


@dataclass(frozen=True)
class Reader:
    """Whose tickets are to be read: those to an agency, or about enterprises that districts see."""

    agency: str | None = None
    districts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Asked:
    """Which tickets are asked for; what is None does not matter."""

    state: TicketState | None = None
    uscc: str | None = None
    overdue_on: date | None = None


async def add(session: AsyncSession, ticket: Ticket) -> bool:
    """Write a ticket; tell whether none was open about the same fact."""
    values = {name: getattr(ticket, name) for name in _OWN}
    whose = select(ENTERPRISES.c.id).where(ENTERPRISES.c.uscc == ticket.uscc).scalar_subquery()
    written = await session.scalar(
        insert(TICKETS)
        .values(**values, enterprise_id=whose)
        .on_conflict_do_nothing()
        .returning(TICKETS.c.id)
    )
    return written is not None


async def save(session: AsyncSession, ticket: Ticket) -> None:
    """Write the answer."""
    await session.execute(
        update(TICKETS)
        .where(TICKETS.c.id == ticket.id)
        .values(state=ticket.state, answer=ticket.answer, answered_at=ticket.answered_at)
    )


async def get(
    session: AsyncSession, id_: UUID, reader: Reader, *, lock: bool = False
) -> Ticket | None:
    """Return a ticket that the reader may see; locked, if it is to be answered."""
    statement = _tickets(reader).where(TICKETS.c.id == id_)
    if lock:
        statement = statement.with_for_update(of=TICKETS)
    row = (await session.execute(statement)).mappings().first()
    if row is None:
        return None
    (ticket,) = await _with_corrections(session, [_ticket(row)])
    return ticket


async def page(
    session: AsyncSession, query: PageQuery, asked: Asked, reader: Reader
) -> tuple[list[Ticket], str | None]:
    """Return one page of tickets, newest first."""
    statement = _tickets(reader)
    if asked.state is not None:
        statement = statement.where(TICKETS.c.state == asked.state)
    if asked.uscc is not None:
        statement = statement.where(ENTERPRISES.c.uscc == asked.uscc)
    if asked.overdue_on is not None:
        late = TICKETS.c.due_on < asked.overdue_on
        statement = statement.where(TICKETS.c.state == TicketState.OPEN, late)
    rows = (await session.execute(_NEWEST_FIRST.page(statement, query))).mappings().all()
    shown, cursor = _NEWEST_FIRST.cut(rows, query, lambda row: (row["id"],))
    return await _with_corrections(session, [_ticket(row) for row in shown]), cursor


def _tickets(reader: Reader) -> Select[Any]:
    statement = select(*(TICKETS.c[name] for name in _OWN), ENTERPRISES.c.uscc).join(
        ENTERPRISES, ENTERPRISES.c.id == TICKETS.c.enterprise_id
    )
    if reader.agency is not None:
        return statement.where(TICKETS.c.agency == reader.agency)
    return statement.where(seen_in(reader.districts))


def _ticket(row: Any) -> Ticket:  # noqa: ANN401 a row of a statement
    return Ticket(**{**row, "state": TicketState(row["state"])})


async def _with_corrections(session: AsyncSession, tickets: Sequence[Ticket]) -> list[Ticket]:
    """Add what has come after the versions that are doubted; one statement a feed."""
    by_feed: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        by_feed[ticket.feed].append(ticket)
    found: dict[tuple[str, str, str], Correction] = {}
    for feed, theirs in by_feed.items():
        if feed in OBSERVATIONS:
            found |= await _newest(session, FEEDS[feed], theirs)
    corrected: list[Ticket] = []
    for ticket in tickets:
        newest = found.get((ticket.feed, ticket.uscc, ticket.period))
        later = newest is not None and newest.version > ticket.version
        corrected.append(replace(ticket, correction=newest) if later else ticket)
    return corrected


async def _newest(
    session: AsyncSession, contract: FeedContract, tickets: Sequence[Ticket]
) -> dict[tuple[str, str, str], Correction]:
    table, periods = OBSERVATIONS[contract.name], Periods(contract)
    statement = (
        select(
            ENTERPRISES.c.uscc,
            table.c.period,
            table.c.version,
            table.c.withdrawn,
            IMPORTS.c.id,
            IMPORTS.c.received_at,
        )
        .join_from(table, ENTERPRISES, ENTERPRISES.c.id == table.c.enterprise_id)
        .join(IMPORTS, IMPORTS.c.no == table.c.import_no)
        .where(
            ENTERPRISES.c.uscc.in_({ticket.uscc for ticket in tickets}),
            table.c.period.in_({periods.kept(ticket.period) for ticket in tickets}),
        )
        .order_by(table.c.version)
    )
    # In the order of versions: the last of each stays.
    return {
        (contract.name, row.uscc, periods.told(row.period)): Correction(
            row.version, row.id, row.received_at, row.withdrawn
        )
        for row in await session.execute(statement)
    }
