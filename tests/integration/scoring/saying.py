"""What ingest says to scoring in tests, and how scoring is made to hear it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring import handlers
from shared.bus.consumer import Delivery
from shared.calendar import SHANGHAI
from shared.db import Sessions, transaction
from shared.events.base import Event
from shared.events.ingest import EnterprisesChanged, ObservationsRecorded, Operation

IMPORT = UUID("00000000-0000-7000-8000-000000000001")
A, B, C = "91110105MA00000001", "91110105MA00000002", "91110105MA00000003"


@dataclass(frozen=True)
class Said:
    """One row that ingest recorded."""

    uscc: str
    period: str
    headcount: int | None
    arrears: int | None = None
    version: int = 1
    operation: Operation = Operation.RECORD


def at(day: date, hour: int = 10) -> datetime:
    """Return an hour of a day in Beijing."""
    return datetime.combine(day, time(hour), SHANGHAI)


def headcounts(rows: Sequence[Said], *, received: datetime) -> ObservationsRecorded:
    """Write rows as the fact that ingest states."""
    return ObservationsRecorded(
        feed="insured_headcount",
        import_id=IMPORT,
        received_at=received,
        uscc=tuple(row.uscc for row in rows),
        period=tuple(row.period for row in rows),
        operation=tuple(row.operation for row in rows),
        version=tuple(row.version for row in rows),
        values={
            "insured_headcount": tuple(row.headcount for row in rows),
            "months_in_arrears": tuple(row.arrears for row in rows),
        },
    )


def registered(
    *usccs: str, district: str = "110105", version: int = 1, name: str = "北京示例科技有限公司"
) -> EnterprisesChanged:
    """Write register entries as the fact that ingest states."""
    return EnterprisesChanged(
        import_id=IMPORT,
        received_at=at(date(2026, 1, 5)),
        uscc=usccs,
        version=(version,) * len(usccs),
        name=(name,) * len(usccs),
        district=(district,) * len(usccs),
        street=("建外街道",) * len(usccs),
        industry=("6510",) * len(usccs),
        status=("active",) * len(usccs),
        established_on=(None,) * len(usccs),
        registered_capital=(None,) * len(usccs),
    )


async def hear(session: AsyncSession, event: Event, *, now: datetime) -> None:
    """Hand a fact to its handler."""
    delivery = Delivery(id=IMPORT, source="ingest", time=now, actor="service:ingest", now=now)
    if isinstance(event, EnterprisesChanged):
        await handlers.keep_enterprises(session, event, delivery)
    elif isinstance(event, ObservationsRecorded):
        await handlers.keep_observations(session, event, delivery)
    else:
        raise TypeError(type(event))


async def tell(sessions: Sessions, *events: Event, now: datetime) -> None:
    """Let scoring hear facts, each in a transaction of its own."""
    for event in events:
        async with transaction(sessions, actor="service:scoring") as session:
            await hear(session, event, now=now)


async def sweep(sessions: Sessions, day: date) -> None:
    """Run the daily sweep."""
    async with transaction(sessions, actor="service:scoring") as session:
        await handlers.sweep(session, at(day, 0))


async def sweep_until(sessions: Sessions, first: date, last: date) -> None:
    """Run the sweeps of some days."""
    for number in range((last - first).days + 1):
        await sweep(sessions, first + timedelta(days=number))


async def rows(sessions: Sessions, query: str, **values: object) -> list[tuple[object, ...]]:
    """Look at the rows."""
    async with sessions() as session:
        return [tuple(row) for row in await session.execute(text(query), values)]


async def told(sessions: Sessions) -> list[tuple[object, ...]]:
    """Return what scoring has told, in order: subject, version, level, reason of leaving."""
    return await rows(
        sessions,
        "SELECT split_part(subject, '.', 3), fact->>'version', fact->>'level', fact->>'because'"
        " FROM (SELECT event_id, subject, convert_from(payload, 'UTF8')::jsonb AS fact"
        " FROM scoring.event_log) AS stated ORDER BY event_id",
    )
