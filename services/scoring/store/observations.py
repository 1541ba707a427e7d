"""Facts as they became known, all versions."""

from collections.abc import Collection

import polars as pl
from sqlalchemy import BigInteger, Date, Text, cast, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.rules import HEADCOUNT_FEED
from services.scoring.features.panel import FACTS
from services.scoring.store.rows import unnest
from services.scoring.tables import OBSERVATIONS
from shared.events.ingest import ObservationsRecorded, Operation

_ZONE = "Asia/Shanghai"


async def keep(session: AsyncSession, event: ObservationsRecorded) -> set[str]:
    """Keep the versions that are new to us; return of whom they speak."""
    columns = list(OBSERVATIONS.c)
    given = unnest(columns, list(_rows(event)))
    written = await session.scalars(
        insert(OBSERVATIONS)
        .from_select(columns, select(given))
        .on_conflict_do_nothing()
        .returning(OBSERVATIONS.c.uscc)
    )
    return set(written)


def _rows(event: ObservationsRecorded) -> list[tuple[object, ...]]:
    """Return the event's rows in the order of the table's columns."""
    names = tuple(event.values)
    said = zip(*event.values.values(), strict=True) if names else ((),) * len(event)
    return [
        (
            uscc,
            event.feed,
            period,
            version,
            operation.value,
            None
            if operation is Operation.WITHDRAW
            else {
                name: value for name, value in zip(names, values, strict=True) if value is not None
            },
            event.received_at,
            event.import_id,
        )
        for uscc, period, operation, version, values in zip(
            event.uscc, event.period, event.operation, event.version, said, strict=True
        )
    ]


async def facts(session: AsyncSession, usccs: Collection[str], *, since: str) -> pl.DataFrame:
    """Return all versions of the headcounts from the month `since` on (schema `panel.FACTS`)."""
    observed = OBSERVATIONS.c
    query = select(
        observed.uscc,
        observed.period,
        observed.version,
        observed.operation == Operation.WITHDRAW.value,
        cast(func.timezone(_ZONE, observed.received_at), Date),
        cast(observed.measures["insured_headcount"].astext, BigInteger),
        cast(observed.measures["months_in_arrears"].astext, BigInteger),
        cast(observed.import_id, Text),
    ).where(
        observed.uscc == func.any(list(usccs)),
        observed.feed == HEADCOUNT_FEED,
        observed.period >= since,
    )
    rows = [tuple(row) for row in await session.execute(query)]
    return pl.DataFrame(rows, schema=FACTS, orient="row")
