"""What happens by the passing of time: clocks run low and run out, and those above are told."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.escalation import escalate
from services.cases.store import cases, register
from shared.ids import uuid7

_AT_ONCE: Final = 200


async def sweep(session: AsyncSession, now: datetime) -> bool:
    """Escalate what is due for it, and tell whether there is more; nothing is told twice."""
    calendar = await register.calendar(session)
    found = await cases.to_escalate(session, now, limit=_AT_ONCE)
    for case in found:
        decision = escalate(case, now=now, calendar=calendar, new_id=uuid7)
        await cases.save(session, decision, calendar)
    return len(found) == _AT_ONCE
