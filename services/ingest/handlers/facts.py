"""Facts as they stand, as they were known on a day, and how they came to be what they are."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import Target
from services.ingest.domain.errors import FeedWithoutPeriods
from services.ingest.domain.periods import read_period
from services.ingest.handlers.feeds import feed
from services.ingest.store import fact_pages
from services.ingest.store.fact_pages import Asked, Fact
from shared.auth.identity import Caller, CallerKind


async def list_facts(
    session: AsyncSession, name: str, asked: Asked, *, caller: Caller, now: datetime
) -> list[Fact]:
    """Return what a feed says of an enterprise: to an agency that holds it, to its officers.

    Raises FeedNotFound, FeedWithoutPeriods, PeriodRefused.
    """
    contract = feed(name, caller=caller)
    if contract.target is not Target.OBSERVATIONS:
        raise FeedWithoutPeriods(name)
    if asked.period is not None:
        asked = replace(asked, period=read_period(contract, asked.period, today=now.date()))
    districts = None if caller.kind is CallerKind.AGENCY else caller.districts
    return await fact_pages.facts(session, contract, asked, districts=districts)
