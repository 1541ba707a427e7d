"""What time alone brings about, looked for again and again."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.handlers import authorizations, contracts, referrals, selection


async def sweep(session: AsyncSession, now: datetime) -> None:
    """Bring everything to the present: on a day on which all is done, nothing happens."""
    await selection.select(session, None, now=now)
    await authorizations.run_out(session, now)
    await referrals.mark_late(session, now)
    await contracts.check_commitments(session, now=now)
