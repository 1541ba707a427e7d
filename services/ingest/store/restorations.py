"""What agencies had said of a period stands again, once another one takes back what hid it.

Each agency's goes by an import of its own, which nobody has sent: received when the taking back
was, so that what was known on a day tells it from then on, and whose fact it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Numeric,
    Subquery,
    cast,
    extract,
    false,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import array, distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.fates import State, Version
from services.ingest.domain.feeds import FEEDS
from services.ingest.store.imports import RESTORATION
from services.ingest.store.observations import Periods, content
from services.ingest.store.periods import BETWEEN, Place, behind, is_of
from services.ingest.store.withdrawals import takes_back
from services.ingest.tables import ENTERPRISES, IMPORTS, OBSERVATIONS

_LOCALLY: Final = True


@dataclass(frozen=True)
class Restored:
    """An import that lets facts of an agency's stand again: since another one took back its own."""

    id: UUID
    taken_back_by: UUID
    feed: str
    contract_version: str
    agency: str
    received_at: datetime
    content_sha256: str
    facts: int


@dataclass(frozen=True)
class Part:
    """Some facts, and where they end if there are any."""

    versions: Sequence[Version]
    ends: Place | None


async def add(session: AsyncSession, restored: Restored) -> UUID:
    """Write such an import, or count more facts of the one that there is; return its id."""
    counted = {"rows": restored.facts, "superseding": restored.facts}
    added = upsert(IMPORTS).values(
        id=restored.id,
        feed=restored.feed,
        contract_version=restored.contract_version,
        agency=restored.agency,
        content_sha256=restored.content_sha256,
        content_bytes=0,
        received_at=restored.received_at,
        finished_at=restored.received_at,
        state=State.COMPLETED,
        kind=RESTORATION,
        restores=restored.taken_back_by,
        accepted=0,
        duplicate=0,
        rejected=0,
        **counted,
    )
    found: UUID = (
        await session.execute(
            added.on_conflict_do_update(
                index_elements=["restores", "agency"],
                set_={name: IMPORTS.c[name] + added.excluded[name] for name in counted},
            ).returning(IMPORTS.c.id)
        )
    ).scalar_one()
    return found


async def hidden(
    session: AsyncSession, contract: FeedContract, period: str, taken_back_by: UUID
) -> Mapping[str, int]:
    """Count by agency what an import uncovers that has just taken back what its agency said."""
    await _never_one_by_one(session)
    if not await _others_have_spoken(session, contract, period, taken_back_by):
        return {}
    again = _again(contract, period, taken_back_by)
    counted = select(again.c.agency, func.count().label("facts")).group_by(again.c.agency)
    found = await session.execute(counted)
    return {row.agency: row.facts for row in found}


async def restore(
    session: AsyncSession, contract: FeedContract, period: str, taken_back_by: UUID
) -> None:
    """Let it stand again, each fact by the import of its agency that there is for it."""
    table = OBSERVATIONS[contract.name]
    again = _again(contract, period, taken_back_by)
    measured = [table.c[name] for name in contract.measured]
    rows = (
        select(
            again.c.enterprise_id,
            again.c.period,
            (again.c.top + 1).label("version"),
            IMPORTS.c.no,
            false(),
            *measured,
        )
        .join_from(
            again,
            table,
            _same(table, again) & (table.c.version == again.c.version),
        )
        .join(IMPORTS, (IMPORTS.c.restores == taken_back_by) & (IMPORTS.c.agency == again.c.agency))
        .order_by(again.c.period, again.c.enterprise_id)
    )
    names = ["enterprise_id", "period", "version", "import_no", "withdrawn", *contract.measured]
    await session.execute(insert(table).from_select(names, rows))


async def next_of(
    session: AsyncSession,
    contract: FeedContract,
    period: str,
    restored_by: UUID,
    *,
    after: Place | None,
    limit: int,
) -> Part:
    """Return the next facts that such an import let stand again, in the order of the key."""
    table = OBSERVATIONS[contract.name]
    no = select(IMPORTS.c.no).where(IMPORTS.c.id == restored_by).scalar_subquery()
    found = await session.execute(
        select(ENTERPRISES.c.uscc, table)
        .join_from(table, ENTERPRISES, ENTERPRISES.c.id == table.c.enterprise_id)
        .where(is_of(contract, period), table.c.import_no == no, behind(contract, after))
        .order_by(table.c.period, table.c.enterprise_id)
        .limit(limit)
    )
    told = Periods(contract).told
    rows = found.mappings().all()
    return Part(
        [
            Version((row["uscc"], told(row["period"])), row["version"], content(contract, row))
            for row in rows
        ],
        Place(told(rows[-1]["period"]), rows[-1]["enterprise_id"]) if rows else None,
    )


async def _never_one_by_one(session: AsyncSession) -> None:
    """Let tables be joined as wholes until the commit, whatever the planner thinks of their size.

    It knows nothing of what this transaction has written, which may be a million rows.
    """
    await session.execute(select(func.set_config("enable_nestloop", "off", _LOCALLY)))


async def _others_have_spoken(
    session: AsyncSession, contract: FeedContract, period: str, taken_back_by: UUID
) -> bool:
    """Tell whether another agency has said anything of a period: mostly none has."""
    table = OBSERVATIONS[contract.name]
    by = select(IMPORTS.c.agency).where(IMPORTS.c.id == taken_back_by).scalar_subquery()
    theirs = select(IMPORTS.c.no).where(IMPORTS.c.feed == contract.name, IMPORTS.c.agency != by)
    said = select(table.c.import_no).where(is_of(contract, period), table.c.import_no.in_(theirs))
    return bool(await session.scalar(select(said.exists())))


def _again(contract: FeedContract, period: str, taken_back_by: UUID) -> Subquery:
    """Select of each fact that an import has just taken back what stands of it again.

    As `domain/voices.py` has it: of the last statements of other agencies the newest that was not
    taken back: neither by a version, nor, while it was hidden, without one.
    """
    table = OBSERVATIONS[contract.name]
    by = select(IMPORTS).where(IMPORTS.c.id == taken_back_by).subquery("by")
    key = (table.c.enterprise_id, table.c.period)
    others = (
        select(*key)
        .join(IMPORTS, IMPORTS.c.no == table.c.import_no)
        .where(is_of(contract, period), IMPORTS.c.agency != select(by.c.agency).scalar_subquery())
        .distinct()
        .subquery("others")
    )
    gone = (
        select(*key, table.c.version)
        .where(
            is_of(contract, period),
            table.c.withdrawn,
            table.c.import_no == select(by.c.no).scalar_subquery(),
        )
        .subquery("gone")
    )
    # The first of what was said behind a version: what comes late has a later number than others.
    hidden_at = func.min(_receipt()).over(
        partition_by=key, order_by=table.c.version.desc(), rows=(None, -1)
    )
    nth = func.row_number().over(
        partition_by=(*key, IMPORTS.c.agency), order_by=table.c.version.desc()
    )
    told = (
        select(
            *key,
            table.c.version,
            table.c.withdrawn,
            gone.c.version.label("top"),
            IMPORTS.c.agency,
            hidden_at.label("hidden_at"),
            nth.label("nth"),
        )
        .join_from(table, gone, _same(table, gone))
        .join(others, _same(table, others))
        .join(IMPORTS, IMPORTS.c.no == table.c.import_no)
        .where(is_of(contract, period))
        .subquery("told")
    )
    taken_back = (
        select(literal(1))
        .where(
            takes_back(),
            IMPORTS.c.feed == contract.name,
            IMPORTS.c.agency == told.c.agency,
            _receipt() > told.c.hidden_at,
            _covers(contract, period, told.c.period),
        )
        .exists()
    )
    return (
        select(told.c.enterprise_id, told.c.period, told.c.version, told.c.top, told.c.agency)
        .ext(distinct_on(told.c.period, told.c.enterprise_id))
        .where(
            told.c.nth == 1,
            ~told.c.withdrawn,
            told.c.agency != select(by.c.agency).scalar_subquery(),
            ~taken_back,
        )
        .order_by(told.c.period, told.c.enterprise_id, told.c.version.desc())
        .subquery("again")
    )


def _receipt() -> ColumnElement[Any]:
    """Return what imports are in the order of their receipt by: some at the same moment."""
    return array([extract("epoch", IMPORTS.c.received_at), cast(IMPORTS.c.no, Numeric)])


def _same(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return (one.c.enterprise_id == other.c.enterprise_id) & (one.c.period == other.c.period)


def _covers(contract: FeedContract, period: str, of: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether an import took back the period of a fact; a day is of all its events."""
    if not FEEDS[contract.name].is_of_events:
        return IMPORTS.c.replaces_period == period
    return IMPORTS.c.replaces_period.in_([of, func.split_part(of, BETWEEN, 1)])
