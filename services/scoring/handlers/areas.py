"""Keep who lost much staff; look every day which districts that is too many of."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.areas import decide, is_large
from services.scoring.features.months import month_of, months_before
from services.scoring.store import areas
from shared.calendar import SHANGHAI
from shared.ids import uuid7

# Headcounts come within the month after their own; corrections of older months change no alert.
_MONTHS = 3


async def keep_losses(
    session: AsyncSession, usccs: Collection[str], *, newest: str, today: date
) -> None:
    """Count anew which of these enterprises lost much staff in the last months.

    `newest` is the newest month of which something was said: history alone changes nothing.
    """
    since = months_before(month_of(today), _MONTHS)
    if not usccs or newest < months_before(since, 1):
        return
    # The month before the first one is its base.
    lost = await areas.losses(session, usccs, since=months_before(since, 1))
    large = [one for one in lost if one[1] >= since and is_large(one[2], one[3])]
    await areas.replace_losses(session, usccs, large, since=since)


async def sweep(session: AsyncSession, now: datetime) -> bool:
    """Raise the alerts of districts, and let those that stand follow their members."""
    today = now.astimezone(SHANGHAI).date()
    since = months_before(month_of(today), _MONTHS)
    found = await areas.candidates(session, since=since)
    standing = await areas.known(session, since=since)
    for district, month in sorted({*found, *standing}):
        decided = decide(
            standing.get((district, month)),
            district,
            month,
            found.get((district, month), ()),
            alert_id=uuid7(),
            now=now,
            today=today,
        )
        if decided is not None:
            await areas.save(session, decided)
    return False
