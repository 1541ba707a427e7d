"""What happens by the passing of time: clocks run low and run out, and those above are told."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.escalation import escalate
from services.cases.store import cases, register
from shared.ids import uuid7

_AT_ONCE: Final = 200


async def sweep(session: AsyncSession, now: datetime, *, at_once: int = _AT_ONCE) -> bool:
    """Escalate what is due for it, and tell whether there is more; nothing is told twice."""
    calendar = await register.calendar(session)
    found = await cases.to_escalate(session, now, limit=at_once)
    decisions = [escalate(case, now=now, calendar=calendar, new_id=uuid7) for case in found]
    await cases.save_all(session, decisions, calendar)
    return len(found) == at_once
