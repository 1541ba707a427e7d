"""Officers as `cases` last said them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.tables import OFFICERS
from shared.events.cases import OfficerChanged


@dataclass(frozen=True)
class Officer:
    """Who an officer is, what roles and districts they hold."""

    subject: str
    name: str
    roles: tuple[str, ...]
    districts: tuple[str, ...]
    active: bool


async def find(session: AsyncSession, subject: str) -> Officer | None:
    """Read an officer's entry."""
    row = (
        await session.execute(select(OFFICERS).where(OFFICERS.c.subject == subject))
    ).one_or_none()
    if row is None:
        return None
    return Officer(row.subject, row.name, tuple(row.roles), tuple(row.districts), row.active)


async def note(session: AsyncSession, said: OfficerChanged) -> None:
    """Take over what was said, unless something newer is known: facts come in any order."""
    write = insert(OFFICERS).values(
        subject=said.officer,
        name=said.name,
        roles=list(said.roles),
        districts=list(said.districts),
        active=said.active,
        version=said.version,
    )
    changed = {
        name: write.excluded[name] for name in ("name", "roles", "districts", "active", "version")
    }
    await session.execute(
        write.on_conflict_do_update(
            index_elements=["subject"],
            set_=changed,
            where=OFFICERS.c.version < write.excluded.version,
        )
    )
