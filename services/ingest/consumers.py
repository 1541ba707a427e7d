"""Which facts reach which handler."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.tables import CASE_PLACES
from shared import sight
from shared.bus.consumer import Consumer, Delivery
from shared.events.cases import CasePlaced


async def _case_placed(session: AsyncSession, event: CasePlaced, _delivery: Delivery) -> None:
    await sight.note(session, CASE_PLACES, event)


CONSUMERS = (Consumer("ingest-case-places", CasePlaced, _case_placed),)
