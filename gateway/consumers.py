"""What the gateway does on the facts of others."""

from sqlalchemy.ext.asyncio import AsyncSession

from gateway import handlers
from shared.bus.consumer import Consumer, Delivery
from shared.events.cases import OfficerChanged


async def _officer_changed(
    session: AsyncSession, event: OfficerChanged, _delivery: Delivery
) -> None:
    await handlers.note_officer(session, event)


CONSUMERS = (Consumer("gateway-officers", OfficerChanged, _officer_changed),)
