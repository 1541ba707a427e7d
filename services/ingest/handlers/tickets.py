"""Correction tickets: opened about a fact that stands, answered by the agency that had sent it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.errors import FactNotFound, FactNotNamed, TicketNotFound, TicketOpen
from services.ingest.domain.tickets import Ticket, answered, answering, due, opening
from services.ingest.handlers.facts import list_facts
from services.ingest.store import fact_pages, tickets
from services.ingest.store.tickets import Asked, Reader
from shared.auth.identity import Caller, CallerKind
from shared.bus import outbox
from shared.calendar import SHANGHAI, Overrides, WorkingCalendar
from shared.events.ingest import TicketVerdict
from shared.ids import uuid7
from shared.pagination import PageQuery


async def open_ticket(
    session: AsyncSession,
    feed: str,
    uscc: str,
    period: str,
    doubt: str,
    *,
    caller: Caller,
    now: datetime,
) -> Ticket:
    """Doubt the newest version of a fact; it is addressed to who had sent it.

    Raises FeedNotFound, FeedWithoutPeriods, PeriodRefused, FactNotFound, FactNotNamed, TicketOpen.
    """
    asked = fact_pages.Asked(uscc, period)
    found = await list_facts(session, feed, asked, caller=caller, now=now)
    if not found:
        raise FactNotFound
    if len(found) > 1:
        raise FactNotNamed([fact.period for fact in found])
    (fact,) = found
    ticket = Ticket(
        id=uuid7(),
        feed=feed,
        uscc=uscc,
        period=fact.period,
        version=fact.version,
        import_id=fact.import_id,
        agency=fact.agency,
        doubt=doubt,
        opened_by=caller.subject,
        opened_at=now,
        due_on=due(WorkingCalendar(Overrides()), now.astimezone(SHANGHAI).date()),
    )
    if not await tickets.add(session, ticket):
        raise TicketOpen
    await outbox.put(session, opening(ticket))
    return ticket


async def list_tickets(
    session: AsyncSession, query: PageQuery, asked: Asked, *, caller: Caller
) -> tuple[list[Ticket], str | None]:
    """Return a page of tickets: those to an agency, or about what the caller's districts see."""
    return await tickets.page(session, query, asked, _reader(caller))


async def answer(
    session: AsyncSession,
    id_: UUID,
    verdict: TicketVerdict,
    text: str,
    *,
    caller: Caller,
    now: datetime,
) -> Ticket:
    """Answer a ticket to one's own agency. Raises TicketNotFound, TicketAnswered."""
    ticket = await tickets.get(session, id_, _reader(caller), lock=True)
    if ticket is None:
        raise TicketNotFound
    after = answered(ticket, verdict, text, now=now)
    await tickets.save(session, after)
    await outbox.put(session, answering(after, verdict, now=now))
    return after


def _reader(caller: Caller) -> Reader:
    if caller.kind is CallerKind.AGENCY:
        return Reader(agency=caller.subject)
    return Reader(districts=caller.districts)
