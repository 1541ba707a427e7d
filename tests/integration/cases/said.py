"""Facts of scoring and ingest as they arrive, and what PostgreSQL holds after them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from services.cases.consumers import CONSUMERS
from shared.bus.consumer import Consumer, Delivery
from shared.db import Sessions, transaction
from shared.events.base import Event
from shared.events.ingest import EnterprisesChanged, ObservationsRecorded, Operation
from shared.events.scoring import RiskLevel, WarningLevelChanged, WarningLifted, WarningRaised
from shared.ids import uuid7
from tests.unit.cases.made import at

USCC = "91110105MA00000004"
WARNING = UUID("01975000-0000-7000-8000-000000000001")
SECOND_WARNING = UUID("01975000-0000-7000-8000-000000000002")
NOW = at("2020-08-03 10:00")

_CONSUMERS: tuple[Consumer[Any], ...] = CONSUMERS
_HANDLERS = {consumer.event: consumer.handle for consumer in _CONSUMERS}


async def hear(sessions: Sessions, *facts: Event, now: datetime = NOW) -> None:
    """Let the service's consumers handle facts, each in its own transaction."""
    for fact in facts:
        delivery = Delivery(uuid7(), "scoring", now, "service:scoring", now)
        async with transaction(sessions, actor="service:scoring") as session:
            await _HANDLERS[type(fact)](session, fact, delivery)


def raised(**changes: Any) -> WarningRaised:
    """Return the first fact of a warning: orange, in 朝阳."""
    values: dict[str, Any] = {
        "warning_id": WARNING,
        "version": 1,
        "uscc": USCC,
        "name": "某某科技有限公司",
        "district": "110105",
        "as_of": date(2020, 8, 3),
        "occurred_at": NOW,
        "level": RiskLevel.ORANGE,
        "likelihood": 0.7,
        "jobs_at_risk": 120,
        "headcount": 300,
        "reasons": (),
    }
    return WarningRaised(**values | changes)


def level_changed(version: int, previous: RiskLevel, level: RiskLevel) -> WarningLevelChanged:
    """Return a change of level of the same warning."""
    values = raised(version=version, level=level).model_dump()
    return WarningLevelChanged(**values | {"previous": previous})


def lifted(
    version: int, previous: RiskLevel, because: str = "headcount_recovered"
) -> WarningLifted:
    """Return the end of the same warning."""
    values = raised(version=version).model_dump()
    return WarningLifted(**values | {"previous": previous, "because": because})


def registered(
    version: int, name: str, district: str, uscc: str = USCC, industry: str | None = None
) -> EnterprisesChanged:
    """Return one entry of the register."""
    return EnterprisesChanged(
        import_id=uuid7(),
        received_at=NOW,
        uscc=(uscc,),
        version=(version,),
        name=(name,),
        district=(district,),
        street=(None,),
        industry=(industry,),
        status=("active",),
        established_on=(None,),
        registered_capital=(None,),
    )


def headcounts(
    months: Mapping[str, tuple[int, int | None]],
    *,
    version: int = 1,
    operation: Operation = Operation.RECORD,
) -> ObservationsRecorded:
    """Return what the feed says of the enterprise's months: insured, and months in arrears."""
    said = tuple(months.values())
    return ObservationsRecorded(
        feed="insured_headcount",
        import_id=uuid7(),
        received_at=NOW,
        uscc=(USCC,) * len(said),
        period=tuple(months),
        operation=(operation,) * len(said),
        version=(version,) * len(said),
        values={
            "insured_headcount": tuple(insured for insured, _ in said),
            "months_in_arrears": tuple(arrears for _, arrears in said),
        },
    )


def layoff_report(
    reported_on: str,
    layoff_on: str | None,
    *,
    version: int = 1,
    operation: Operation = Operation.RECORD,
) -> ObservationsRecorded:
    """Return a report that the enterprise will lay off forty people."""
    return ObservationsRecorded(
        feed="layoff_report",
        import_id=uuid7(),
        received_at=NOW,
        uscc=(USCC,),
        period=(reported_on,),
        operation=(operation,),
        version=(version,),
        values={
            "planned_layoffs": (40,),
            "layoff_on": (layoff_on,),
            "headcount": (300,),
            "ground": (None,),
        },
    )


async def rows(sessions: Sessions, query: str) -> list[Row[Any]]:
    """Look at what PostgreSQL holds."""
    async with sessions() as session:
        return list((await session.execute(text(query))).all())
