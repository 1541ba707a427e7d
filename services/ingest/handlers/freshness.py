"""Whether feeds come when they should: for who asks, and as a fact once a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.freshness import Arrival, Lag, Standing, lag, standing
from services.ingest.handlers.feeds import feeds
from services.ingest.store import arrivals
from shared.auth.identity import Caller, CallerKind
from shared.bus import outbox
from shared.calendar import SHANGHAI, Overrides, WorkingCalendar
from shared.events.ingest import FeedLate

_CALENDAR: Final = WorkingCalendar(Overrides())


@dataclass(frozen=True)
class Freshness:
    """How a feed of an agency stands; of one that nobody has sent there is only the contract."""

    contract: FeedContract
    arrival: Arrival | None = None
    lag: Lag | None = None
    enterprises: int | None = None
    enterprises_before: int | None = None
    completeness: float | None = None

    @property
    def state(self) -> Standing:
        """Say in one word how it stands."""
        return standing(self.arrival, self.lag, self.completeness)


async def freshness(session: AsyncSession, *, caller: Caller, now: datetime) -> Sequence[Freshness]:
    """Return how every feed stands that the caller may know of: an agency's own, or all."""
    agency = caller.subject if caller.kind is CallerKind.AGENCY else None
    known = feeds(caller)
    came = await arrivals.arrivals(session, agency=agency)
    found = []
    for contract in known:
        of_this = [arrival for arrival in came if arrival.feed == contract.name]
        found += [await _of(session, contract, arrival, now) for arrival in of_this]
        if not of_this:
            found.append(Freshness(contract))
    return found


async def sweep(session: AsyncSession, now: datetime) -> None:
    """State, once for each feed, agency and period, that it should be here and is not."""
    late = []
    for arrival in await arrivals.arrivals(session, agency=None):
        found = _lag(FEEDS[arrival.feed], arrival, now)
        if found is not None and found.is_late:
            late.append((arrival, found))
    new = await arrivals.note_late(session, late, at=now)
    await outbox.put(
        session,
        *(
            FeedLate(
                feed=arrival.feed,
                agency=arrival.agency,
                period=found.missing,
                due_on=found.due_on,
                last_period=arrival.last_period,
                last_push_on=arrival.last_push,
                working_days_late=found.working_days_late,
            )
            for arrival, found in late
            if found.missing is not None and (arrival.feed, arrival.agency, found.missing) in new
        ),
    )


async def _of(
    session: AsyncSession, contract: FeedContract, arrival: Arrival, now: datetime
) -> Freshness:
    counted = await arrivals.enterprises(session, arrival)
    late_by = _lag(contract, arrival, now)
    if counted is None:
        return Freshness(contract, arrival, late_by)
    reported, earlier, both = counted
    return Freshness(
        contract,
        arrival,
        late_by,
        enterprises=reported,
        enterprises_before=earlier or None,
        completeness=both / earlier if earlier else None,
    )


def _lag(contract: FeedContract, arrival: Arrival, now: datetime) -> Lag | None:
    today = now.astimezone(SHANGHAI).date()
    return lag(contract, arrival, today=today, calendar=_CALENDAR)
