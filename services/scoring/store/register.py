"""What scoring knows of the register."""

from collections.abc import Collection

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.warning import Enterprise
from services.scoring.store.observations import write
from services.scoring.tables import ENTERPRISES, ENTRIES, WARNINGS
from shared.events.ingest import EnterprisesChanged
from shared.rows import unnest


async def keep(session: AsyncSession, event: EnterprisesChanged) -> set[str]:
    """Keep the entries that are newer than ours; return whose they are."""
    columns = list(ENTERPRISES.c)
    given = unnest(columns, [[row[of.name] for of in columns] for row in event.rows()])
    # A statement may not write a row twice, and an event may hold two versions of one entry.
    newest = (
        select(given).ext(distinct_on(given.c.uscc)).order_by(given.c.uscc, given.c.version.desc())
    )
    upsert = insert(ENTERPRISES).from_select(columns, newest)
    written = await session.scalars(
        upsert.on_conflict_do_update(
            index_elements=[ENTERPRISES.c.uscc],
            set_={of.name: upsert.excluded[of.name] for of in columns if not of.primary_key},
            where=ENTERPRISES.c.version < upsert.excluded.version,
        ).returning(ENTERPRISES.c.uscc)
    )
    changed = set(written)
    await _follow(session, changed)
    return changed


async def keep_versions(session: AsyncSession, event: EnterprisesChanged) -> set[str]:
    """Keep the versions that are new to us; return whose entry has changed since its first."""
    rows = [
        (
            row["uscc"],
            row["version"],
            row["status"],
            row["registered_capital"],
            event.received_at,
            event.import_id,
        )
        for row in event.rows()
    ]
    written = await write(session, ENTRIES, rows)
    changed = (
        select(ENTRIES.c.uscc)
        .where(ENTRIES.c.uscc == func.any(list(written)))
        .group_by(ENTRIES.c.uscc)
        .having(func.count() > 1)
    )
    return set(await session.scalars(changed))


async def _follow(session: AsyncSession, usccs: Collection[str]) -> None:
    """Let the warnings of these enterprises, lifted ones too, lie where the register says."""
    await session.execute(
        update(WARNINGS)
        .where(
            WARNINGS.c.uscc == ENTERPRISES.c.uscc,
            WARNINGS.c.uscc == func.any(list(usccs)),
            WARNINGS.c.district != ENTERPRISES.c.district,
        )
        .values(district=ENTERPRISES.c.district)
    )


async def enterprises(session: AsyncSession, usccs: Collection[str]) -> dict[str, Enterprise]:
    """Return those of the enterprises that the register knows."""
    query = select(ENTERPRISES.c.uscc, ENTERPRISES.c.name, ENTERPRISES.c.district)
    rows = await session.execute(query.where(ENTERPRISES.c.uscc == func.any(list(usccs))))
    return {row.uscc: Enterprise(row.uscc, row.name, row.district) for row in rows}
