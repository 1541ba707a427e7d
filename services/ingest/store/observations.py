"""Observations: every version of what a feed said of an enterprise in a period; none is edited."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Boolean, Integer, RowMapping, SmallInteger, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import Column, FeedContract, Kind
from services.ingest.domain.fates import Held, Origin, Version
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.rows import Key, Row
from services.ingest.domain.values import Value
from services.ingest.store.imports import RESTORATION
from services.ingest.tables import IMPORTS, OBSERVATIONS
from shared.calendar import SHANGHAI
from shared.rows import unnest_named

_FIRST_DAY: Final = "-01"
_MONTH: Final = len("YYYY-MM")


async def lock(session: AsyncSession, feed: str, *, whole: bool) -> None:
    """Keep a feed's observations as they are until the commit.

    Who writes about enterprises that they have locked shares the feed with others who do; who
    has locked none takes the `whole` feed. Before any enterprise is locked, so that nobody waits
    for each other.
    """
    name = func.hashtextextended(f"ingest observations {feed}", 0)
    take = func.pg_advisory_xact_lock if whole else func.pg_advisory_xact_lock_shared
    await session.execute(select(take(name)))


async def held(
    session: AsyncSession, contract: FeedContract, rows: Sequence[Row], *, ids: Mapping[str, int]
) -> dict[Key, Held]:
    """Return the current version of each key that the rows name; `ids` are by credit code.

    To be asked when the enterprises are locked: what it returns stays current until the commit.
    """
    # One descent of the primary key per row, whatever the planner thinks of their number.
    found = await _versions(session, contract, rows, ids, of_each=1)
    return {key: versions[0] for key, versions in found.items()}


async def history(
    session: AsyncSession, contract: FeedContract, rows: Sequence[Row], *, ids: Mapping[str, int]
) -> dict[Key, list[Held]]:
    """Return all versions of each key that the rows name, the newest first."""
    return await _versions(session, contract, rows, ids, of_each=None)


async def _versions(
    session: AsyncSession,
    contract: FeedContract,
    rows: Sequence[Row],
    ids: Mapping[str, int],
    *,
    of_each: int | None,
) -> dict[Key, list[Held]]:
    table = OBSERVATIONS[contract.name]
    periods = Periods(contract)
    keys = {(ids[row.key[0]], periods.kept(row.key[1])): row.key for row in rows}
    given = unnest_named(
        {"enterprise_id": Integer(), "period": table.c.period.type},
        [{"enterprise_id": id_, "period": period} for id_, period in keys],
    )
    versions = (
        select(
            table.c.version,
            table.c.withdrawn,
            table.c.import_no,
            *(table.c[name] for name in contract.measured),
        )
        .where(
            table.c.enterprise_id == given.c.enterprise_id,
            table.c.period == given.c.period,
        )
        .order_by(table.c.version.desc())
        .limit(of_each)
        .correlate(given)
        .lateral("versions")
    )
    found = await session.execute(
        select(
            given.c.enterprise_id,
            given.c.period,
            versions,
            IMPORTS.c.id.label("import_id"),
            IMPORTS.c.received_at,
            IMPORTS.c.agency,
            IMPORTS.c.kind,
        )
        .join_from(given, versions, literal(value=True))
        .join(IMPORTS, IMPORTS.c.no == versions.c.import_no)
        .order_by(versions.c.version.desc())
    )
    by_key: dict[Key, list[Held]] = {}
    for row in found.mappings():
        by_key.setdefault(keys[row["enterprise_id"], row["period"]], []).append(
            Held(
                row["version"],
                content(contract, row),
                withdrawn=row["withdrawn"],
                origin=Origin(row["import_id"], row["received_at"]),
                agency=row["agency"],
                restored=row["kind"] == RESTORATION,
            )
        )
    return by_key


async def save(
    session: AsyncSession,
    contract: FeedContract,
    versions: Sequence[Version],
    *,
    ids: Mapping[str, int],
    import_id: UUID,
) -> None:
    """Append versions."""
    if not versions:
        return
    table = OBSERVATIONS[contract.name]
    periods = Periods(contract)
    said = _columns(contract)
    given = unnest_named(
        {
            "enterprise_id": Integer(),
            "period": table.c.period.type,
            "version": SmallInteger(),
            "withdrawn": Boolean(),
            **{name: table.c[name].type for name in said},
        },
        [
            {
                "enterprise_id": ids[version.key[0]],
                "period": periods.kept(version.key[1]),
                "version": version.version,
                "withdrawn": version.withdrawn,
                **{name: _kept(said[name], value) for name, value in version.content.items()},
            }
            for version in versions
        ],
    )
    rows = select(*given.c, IMPORTS.c.no).join_from(given, IMPORTS, IMPORTS.c.id == import_id)
    names = [*given.c.keys(), "import_no"]
    in_order = rows.order_by(given.c.period, given.c.enterprise_id, given.c.version)
    await session.execute(insert(table).from_select(names, in_order))


class Periods:
    """How a feed's periods are kept: a month as its first day, a day as itself."""

    def __init__(self, contract: FeedContract) -> None:
        # As the newest version has it: an older one may not know of a part of the key.
        self._kind = FEEDS[contract.name].period.kind

    def kept(self, period: str) -> date | str:
        """Return the period as PostgreSQL has it."""
        if self._kind is Kind.MONTH:
            return date.fromisoformat(period + _FIRST_DAY)
        return date.fromisoformat(period) if self._kind is Kind.DATE else period

    def told(self, period: date | str) -> str:
        """Return the period as it is written and stated."""
        text = str(period)
        return text[:_MONTH] if self._kind is Kind.MONTH else text


def _columns(contract: FeedContract) -> dict[str, Column]:
    measured = frozenset(contract.measured)
    return {column.name: column for column in contract.columns if column.name in measured}


def content(contract: FeedContract, row: RowMapping) -> dict[str, Value]:
    """Return what a version says, as the contract reads it; what it does not say is left out."""
    said = _columns(contract)
    return {
        name: _read(column, row[name]) for name, column in said.items() if row[name] is not None
    }


def _kept(column: Column, value: Value) -> Value:
    return date.fromisoformat(str(value) + _FIRST_DAY) if column.kind is Kind.MONTH else value


def _read(column: Column, value: Value) -> Value:
    if column.kind is Kind.MONTH:
        return str(value)[:_MONTH]
    return value.astimezone(SHANGHAI) if isinstance(value, datetime) else value
