"""What agencies had said of a period stands again, once another one takes back what hid it.

Each agency's goes by an import of its own, which nobody has sent: received when the taking back
was, so that what was known on a day tells it from then on, and whose fact it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import false, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.fates import State, Version
from services.ingest.store.imports import RESTORATION
from services.ingest.store.observations import Periods, content
from services.ingest.store.periods import Place, behind, is_of
from services.ingest.store.uncovered import same_fact, uncovered
from services.ingest.tables import ENTERPRISES, IMPORTS, OBSERVATIONS


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


async def restore(
    session: AsyncSession, contract: FeedContract, period: str, taken_back_by: UUID
) -> None:
    """Let it stand again, each fact by the import of its agency that there is for it."""
    table = OBSERVATIONS[contract.name]
    again = uncovered(contract, period, taken_back_by)
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
            same_fact(table, again) & (table.c.version == again.c.version),
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
