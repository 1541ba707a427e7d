"""Sessions of the console: by the hash of their id, with the tokens sealed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.tables import CONSOLE_SESSIONS


@dataclass(frozen=True)
class SessionRow:
    """A session as it is stored."""

    id_hash: bytes
    sealed: bytes
    seen_at: datetime
    expires_at: datetime


async def find(session: AsyncSession, id_hash: bytes) -> SessionRow | None:
    """Read a session, whether or not it is over."""
    query = select(CONSOLE_SESSIONS).where(CONSOLE_SESSIONS.c.id_hash == id_hash)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    return SessionRow(row.id_hash, row.sealed, row.seen_at, row.expires_at)


async def add(session: AsyncSession, row: SessionRow) -> None:
    """Keep a new session."""
    await session.execute(insert(CONSOLE_SESSIONS).values(vars(row)))


async def reseal(session: AsyncSession, id_hash: bytes, sealed: bytes) -> None:
    """Keep new tokens; nothing if the session has ended meanwhile."""
    await session.execute(
        update(CONSOLE_SESSIONS).where(CONSOLE_SESSIONS.c.id_hash == id_hash).values(sealed=sealed)
    )


async def touch(session: AsyncSession, id_hash: bytes, seen_at: datetime) -> None:
    """Note that the session is in use."""
    await session.execute(
        update(CONSOLE_SESSIONS)
        .where(CONSOLE_SESSIONS.c.id_hash == id_hash, CONSOLE_SESSIONS.c.seen_at < seen_at)
        .values(seen_at=seen_at)
    )


async def remove(session: AsyncSession, id_hash: bytes) -> None:
    """End a session."""
    await session.execute(delete(CONSOLE_SESSIONS).where(CONSOLE_SESSIONS.c.id_hash == id_hash))


async def remove_ended(session: AsyncSession, *, expired: datetime, unseen: datetime) -> None:
    """Remove what expired by the one time, or was last seen before the other."""
    await session.execute(
        delete(CONSOLE_SESSIONS).where(
            (CONSOLE_SESSIONS.c.expires_at <= expired) | (CONSOLE_SESSIONS.c.seen_at < unseen)
        )
    )
