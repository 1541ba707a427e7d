"""A small city with a past, written into PostgreSQL month by month as it would have been pushed."""

import random
from datetime import date

from services.scoring.features.months import last_day, month_at
from services.scoring.store import observations, register, standings
from shared.db import Sessions, transaction
from tests.integration.scoring.saying import Said, at, headcounts, registered

FIRST_MONTH = 2024 * 12
# Of so many months; the last is reported on 15 February 2026.
MONTHS = 25
TODAY = date(2026, 3, 1)


def usccs(number: int) -> list[str]:
    return [f"91110105MA1000{place:04d}" for place in range(number)]


async def a_past(sessions: Sessions, *, enterprises: int = 240, strain: float = 0.02) -> list[str]:
    """Let enterprises live: who comes under strain owes for two months, then loses a third.

    Each month is received on the 15th of the next. The others change by a person or none.
    """
    chance = random.Random(7)  # noqa: S311 draws test data, guards nothing
    known = usccs(enterprises)
    staff = {uscc: chance.choice((6, 30, 60, 150)) for uscc in known}
    owed = dict.fromkeys(known, 0)
    async with transaction(sessions, actor="service:scoring") as session:
        await standings.lock(session, set(known))
        await register.keep(session, registered(*known))
    for number in range(FIRST_MONTH, FIRST_MONTH + MONTHS):
        for uscc in known:
            if owed[uscc] == 2:
                staff[uscc] -= max(1, staff[uscc] // 3)
                owed[uscc] = 0
            elif owed[uscc] or chance.random() < strain:
                owed[uscc] += 1
            elif staff[uscc] >= 30:
                staff[uscc] += chance.choice((-1, 0, 1))
        received = at(last_day(month_at(number + 1)).replace(day=15))
        said = [Said(uscc, month_at(number), staff[uscc], owed[uscc]) for uscc in known]
        async with transaction(sessions, actor="service:scoring") as session:
            await observations.keep_measures(session, headcounts(said, received=received))
    return known
