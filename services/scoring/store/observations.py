"""Keeps what feeds observe of enterprises in periods, all versions."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from services.scoring.domain.rules import Source
from services.scoring.features.records import FEEDS
from services.scoring.tables import LAYOFF_REPORTS, OBSERVATIONS
from shared.events.ingest import ObservationsRecorded, Operation
from shared.rows import Given

Value = int | Decimal | str | None
Row = tuple[object, ...]


async def keep_measures(session: AsyncSession, event: ObservationsRecorded) -> set[str]:
    """Keep the versions of periods that are new to us; return of whom they speak."""
    rows = [
        (
            uscc,
            event.feed,
            period,
            version,
            operation.value,
            None if operation is Operation.WITHDRAW else _told(said),
            event.received_at,
            event.import_id,
        )
        for uscc, period, operation, version, said in _rows(event)
    ]
    return await write(session, OBSERVATIONS, rows)


async def keep_layoff_reports(session: AsyncSession, event: ObservationsRecorded) -> set[str]:
    """Keep the versions of reports that are new to us; return of whom they speak."""
    rows = [
        (
            uscc,
            *_report(period),
            version,
            operation.value,
            *_planned(operation, said),
            event.received_at,
            event.import_id,
        )
        for uscc, period, operation, version, said in _rows(event)
    ]
    return await write(session, LAYOFF_REPORTS, rows)


# Feed that a feature reads -> how its rows are kept.
KEEP: Mapping[str, Callable[[AsyncSession, ObservationsRecorded], Awaitable[set[str]]]] = {
    **{source.value: keep_measures for source in FEEDS},
    Source.HEADCOUNT.value: keep_measures,
    Source.AFFILIATION.value: keep_measures,
    Source.LAYOFF_REPORT.value: keep_layoff_reports,
}


async def write(session: AsyncSession, table: Table, rows: Sequence[Row]) -> set[str]:
    """Add the rows (in the order of the table's columns) that are new; return whose they are."""
    given, statement = _adding(table)
    return set(await session.scalars(statement, given.of(rows)))


@cache
def _adding(table: Table) -> tuple[Given, ReturningInsert[Any]]:
    columns = list(table.c)
    given = Given(columns)
    put = insert(table).from_select(columns, select(given.table))
    return given, put.on_conflict_do_nothing().returning(table.c.uscc)


def _rows(
    event: ObservationsRecorded,
) -> Iterable[tuple[str, str, Operation, int, Mapping[str, Value]]]:
    names = tuple(event.values)
    columns = zip(*event.values.values(), strict=True) if names else ((),) * len(event)
    for uscc, period, operation, version, values in zip(
        event.uscc, event.period, event.operation, event.version, columns, strict=True
    ):
        yield uscc, period, operation, version, dict(zip(names, values, strict=True))


def _told(said: Mapping[str, Value]) -> dict[str, int | str]:
    """Return what is known, decimals as text, for JSON has none."""
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in said.items()
        if value is not None
    }


def _report(period: str) -> tuple[date, str]:
    """Return on which day a report was made, and which of that day it is."""
    day, _, reference = period.partition("/")
    return date.fromisoformat(day), reference


def _planned(operation: Operation, said: Mapping[str, Value]) -> tuple[object, ...]:
    if operation is Operation.WITHDRAW:
        return None, None, None
    layoff_on = said.get("layoff_on")
    return (
        said["planned_layoffs"],
        said.get("headcount"),
        None if layoff_on is None else date.fromisoformat(str(layoff_on)),
    )
