"""What ingest says to scoring in tests, and how scoring is made to hear it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.consumers import CONSUMERS
from services.scoring.handlers import judging as handlers
from shared.bus.consumer import Delivery
from shared.calendar import SHANGHAI
from shared.db import Sessions, transaction
from shared.events.base import Event
from shared.events.cases import ServiceDelivered, VisitRecorded, WarningRefuted
from shared.events.ingest import (
    EnterprisesChanged,
    ObservationsRecorded,
    Operation,
    OpinionKind,
    OpinionsLinked,
    SuccessionKind,
    SuccessionRecorded,
)
from shared.events.matchmaking import LoanDrawn

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
    pay: Decimal | None = None


@dataclass(frozen=True)
class Text:
    """What ingest linked of a text; its number names it."""

    uscc: str
    number: int
    published: date
    source: str = "weibo"
    cluster: str = ""
    kinds: tuple[OpinionKind, ...] = (OpinionKind.LAYOFF,)
    announced: int | None = None
    negative: bool = True
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
            "contribution_base_average": tuple(row.pay for row in rows),
        },
    )


def succeeded(
    predecessor: str,
    successor: str,
    kind: SuccessionKind,
    effective_on: date,
    *,
    received: datetime,
    version: int = 1,
    withdrawn: bool = False,
) -> SuccessionRecorded:
    """Write that one enterprise went on as another as the fact that ingest states."""
    return SuccessionRecorded(
        predecessor=predecessor,
        successor=successor,
        version=version,
        kind=kind,
        effective_on=effective_on,
        withdrawn=withdrawn,
        received_at=received,
    )


def linked(rows: Sequence[Text], *, received: datetime) -> OpinionsLinked:
    """Write texts as the fact that ingest states."""
    return OpinionsLinked(
        uscc=tuple(row.uscc for row in rows),
        item=tuple(UUID(int=row.number) for row in rows),
        operation=tuple(row.operation for row in rows),
        version=tuple(row.version for row in rows),
        published_at=tuple(at(row.published, 7) for row in rows),
        received_at=(received,) * len(rows),
        import_id=(IMPORT,) * len(rows),
        source=tuple(row.source for row in rows),
        cluster=tuple(row.cluster or f"c{row.number}" for row in rows),
        negative=tuple(row.negative for row in rows),
        confidence=(0.9,) * len(rows),
        kinds=tuple(row.kinds for row in rows),
        announced=tuple(row.announced for row in rows),
        announced_share=(None,) * len(rows),
    )


def reported(
    uscc: str,
    day: date,
    planned: int | None,
    *,
    headcount: int | None = None,
    layoff_on: date | None = None,
    version: int = 1,
    received: datetime | None = None,
    reference: str | None = None,
) -> ObservationsRecorded:
    """Write a layoff report as the fact that ingest states; without a number it is withdrawn."""
    operation = Operation.WITHDRAW if planned is None else Operation.RECORD
    return ObservationsRecorded(
        feed="layoff_report",
        import_id=IMPORT,
        received_at=received or at(day),
        uscc=(uscc,),
        period=(day.isoformat() if reference is None else f"{day.isoformat()}/{reference}",),
        operation=(operation,),
        version=(version,),
        values={
            "planned_layoffs": (planned,),
            "headcount": (headcount,),
            "layoff_on": (None if layoff_on is None else layoff_on.isoformat(),),
            "ground": (None,),
        },
    )


def recorded(
    feed: str,
    uscc: str,
    rows: Mapping[str, Mapping[str, int | Decimal | str | None]],
    *,
    received: datetime,
    version: int = 1,
    operation: Operation = Operation.RECORD,
) -> ObservationsRecorded:
    """Write what a feed says of periods as the fact that ingest states, as it comes by the bus."""
    names = sorted({name for said in rows.values() for name in said})
    event = ObservationsRecorded(
        feed=feed,
        import_id=IMPORT,
        received_at=received,
        uscc=(uscc,) * len(rows),
        period=tuple(rows),
        operation=(operation,) * len(rows),
        version=(version,) * len(rows),
        values={name: tuple(said.get(name) for said in rows.values()) for name in names},
    )
    return ObservationsRecorded.model_validate_json(event.model_dump_json())


def affiliated(
    uscc: str,
    other: str,
    relation: str,
    *,
    received: datetime,
    since: str = "2018-05-01",
    until: date | None = None,
    version: int = 1,
    withdrawn: bool = False,
) -> ObservationsRecorded:
    """Write that two enterprises belong together as the fact that ingest states."""
    said = {"relation": relation, "until": None if until is None else until.isoformat()}
    return recorded(
        "affiliation",
        uscc,
        {f"{since}/{other}": dict.fromkeys(said) if withdrawn else said},
        received=received,
        version=version,
        operation=Operation.WITHDRAW if withdrawn else Operation.RECORD,
    )


def visited(uscc: str, day: date, number: int, **found: object) -> VisitRecorded:
    """Write a visit as the fact that cases states."""
    unknown = dict.fromkeys(
        (
            "operating",
            "owner_reachable",
            "equipment_moved",
            "gathering",
            "staff_present",
            "planned_layoffs",
            "layoff_on",
            "wages_owed_months",
        )
    )
    return VisitRecorded.model_validate(
        {
            "id": UUID(int=number),
            "case_id": IMPORT,
            "uscc": uscc,
            "district": "110105",
            "occurred_at": at(day),
            "visited_on": day,
            "on_site": True,
            **unknown,
            **found,
        }
    )


def delivered(uscc: str, day: date, number: int, service: str) -> ServiceDelivered:
    """Write a delivery as the fact that cases states."""
    return ServiceDelivered(
        id=UUID(int=number),
        case_id=IMPORT,
        uscc=uscc,
        district="110105",
        occurred_at=at(day),
        service=service,
        delivered_on=day,
        persons=12,
        amount=None,
    )


def drawn(uscc: str, day: date, number: int, amount: str = "1000000.00") -> LoanDrawn:
    """Write a drawdown as the fact that matchmaking states."""
    return LoanDrawn(
        candidate_id=IMPORT,
        uscc=uscc,
        district="110105",
        occurred_at=at(day),
        referral_id=IMPORT,
        bank="bank-a",
        product="p",
        contract_id=IMPORT,
        drawdown_id=UUID(int=number),
        amount=Decimal(amount),
        drawn_on=day,
    )


def refuted(uscc: str, day: date, number: int = 1) -> WarningRefuted:
    """Write a refutation as the fact that cases states."""
    return WarningRefuted(
        case_id=IMPORT,
        warning_id=UUID(int=number),
        uscc=uscc,
        because="数据错误",
        occurred_at=at(day),
    )


def registered(
    *usccs: str,
    district: str = "110105",
    version: int = 1,
    name: str = "北京示例科技有限公司",
    status: str = "active",
    received: datetime | None = None,
) -> EnterprisesChanged:
    """Write register entries as the fact that ingest states."""
    return EnterprisesChanged(
        import_id=IMPORT,
        received_at=received or at(date(2026, 1, 5)),
        uscc=usccs,
        version=(version,) * len(usccs),
        name=(name,) * len(usccs),
        district=(district,) * len(usccs),
        street=("建外街道",) * len(usccs),
        industry=("6510",) * len(usccs),
        status=(status,) * len(usccs),
        established_on=(None,) * len(usccs),
        registered_capital=(None,) * len(usccs),
    )


async def hear(session: AsyncSession, event: Event, *, now: datetime) -> None:
    """Hand a fact to its handler."""
    delivery = Delivery(id=IMPORT, source="ingest", time=now, actor="service:ingest", now=now)
    await _HANDLERS[type(event)](session, event, delivery)


_HANDLERS: Mapping[type[Event], Callable[..., Awaitable[None]]] = {
    consumer.event: consumer.handle for consumer in CONSUMERS
}


async def tell(sessions: Sessions, *events: Event, now: datetime) -> None:
    """Let scoring hear facts, each in a transaction of its own."""
    for event in events:
        async with transaction(sessions, actor="service:scoring") as session:
            await hear(session, event, now=now)


async def tell_together(
    sessions: Sessions, events: Sequence[ObservationsRecorded], *, now: datetime
) -> None:
    """Let scoring hear observations that waited, in one transaction."""
    delivery = Delivery(id=IMPORT, source="ingest", time=now, actor="service:ingest", now=now)
    async with transaction(sessions, actor="service:scoring") as session:
        await handlers.keep_all_observations(session, [(event, delivery) for event in events])


async def sweep(sessions: Sessions, day: date) -> None:
    """Run the daily sweep until it leaves nobody."""
    for _ in range(100):
        async with transaction(sessions, actor="service:scoring") as session:
            if not await handlers.sweep(session, at(day, 0)):
                return
    raise AssertionError("the sweep never ends")


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
