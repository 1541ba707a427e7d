"""Keeps what texts say of enterprises, all versions."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.store.observations import write
from services.scoring.tables import OPINIONS
from shared.calendar import SHANGHAI
from shared.events.ingest import OpinionsLinked


async def keep(session: AsyncSession, event: OpinionsLinked) -> dict[str, date]:
    """Keep the versions that are new to us; return of whom they speak, known from which day."""
    columns = list(OPINIONS.c)
    rows = [
        tuple(
            [kind.value for kind in row["kinds"]] if of.name == "kinds" else row[of.name]
            for of in columns
        )
        for row in event.rows()
    ]
    touched = await write(session, OPINIONS, rows)
    known: dict[str, date] = {}
    for uscc, received_at in zip(event.uscc, event.received_at, strict=True):
        if uscc in touched:
            day = _day(received_at)
            known[uscc] = min(known.get(uscc, day), day)
    return known


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
