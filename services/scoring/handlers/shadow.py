"""What the champion says in shadow of those of whom there is something to say."""

import asyncio
from collections.abc import Iterable
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.city import in_shadow
from services.scoring.features.facts import Facts
from services.scoring.history import Judged
from services.scoring.model.shadow import MonthsModel
from services.scoring.store import models


async def note(
    session: AsyncSession,
    known: Facts,
    days: Iterable[Judged],
    today: date,
    champion: MonthsModel | None,
) -> None:
    """Keep what the champion says today of whoever was judged and is not quiet.

    Today alone: what is said of a day by a model that learned from later ones is no foresight.
    """
    usccs = {one.uscc for one in days if one.assessment.as_of == today}
    if champion is None or not usccs:
        return
    said = await asyncio.to_thread(in_shadow, known, usccs, today, champion)
    await models.note(session, champion, said)
