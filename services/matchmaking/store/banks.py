"""Rows of banks."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.product import Bank
from services.matchmaking.tables import BANKS


async def note(session: AsyncSession, told: Bank, *, version: int) -> None:
    """Keep what a fact told of a bank, unless a later one arrived before."""
    new = insert(BANKS).values(version=version, **asdict(told))
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["client_id"],
            set_={name: new.excluded[name] for name in ("name", "active", "version")},
            where=new.excluded.version > BANKS.c.version,
        )
    )


async def find(session: AsyncSession, client_id: str) -> Bank | None:
    """Return a bank, admitted or shut out; None if nothing was heard of it."""
    row = (
        await session.execute(
            select(BANKS.c.client_id, BANKS.c.name, BANKS.c.active).where(
                BANKS.c.client_id == client_id
            )
        )
    ).one_or_none()
    return None if row is None else Bank(*row)


async def every(session: AsyncSession) -> frozenset[str]:
    """Name the banks that are admitted."""
    return frozenset(await session.scalars(select(BANKS.c.client_id).where(BANKS.c.active)))
