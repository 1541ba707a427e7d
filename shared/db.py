"""The way to PostgreSQL: one engine a process, one transaction a request or message."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from shared import arrays
from shared.auth.caller import CallerDep
from shared.auth.keys import SigningKey
from shared.bus.tables import KernelTables
from shared.settings import DatabaseSettings

Sessions = async_sessionmaker[AsyncSession]

NAMING: Final = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_KERNEL = "kernel"
_ACTOR = "actor"


@dataclass(frozen=True)
class Kernel:
    """What a session needs to state facts: who speaks, with which key, into which tables."""

    service: str
    tables: KernelTables
    key: SigningKey


def service_metadata(schema: str) -> MetaData:
    """Return the metadata of a service's tables: its own schema, constraints named by rule."""
    return MetaData(schema=schema, naming_convention=NAMING)


def open_engine(settings: DatabaseSettings, *, name: str) -> AsyncEngine:
    """Open the process's pool of connections; `name` shows in pg_stat_activity."""
    timeouts = {
        "statement_timeout": settings.statement_timeout,
        "lock_timeout": settings.lock_timeout,
        "idle_in_transaction_session_timeout": settings.idle_in_transaction_timeout,
    }
    options = " ".join(
        f"-c {key}={int(value.total_seconds() * 1000)}" for key, value in timeouts.items()
    )
    arrays.register()
    return create_async_engine(
        settings.url.get_secret_value(),
        pool_size=settings.pool_size,
        max_overflow=settings.pool_overflow,
        pool_timeout=settings.pool_timeout.total_seconds(),
        # A restarted server must not cost a request: dead connections are found before use.
        pool_pre_ping=True,
        connect_args={"application_name": name, "options": f"{options} -c timezone=UTC"},
    )


def open_sessions(engine: AsyncEngine, kernel: Kernel) -> Sessions:
    """Return the maker of sessions that can state facts."""
    return async_sessionmaker(engine, expire_on_commit=False, info={_KERNEL: kernel})


@asynccontextmanager
async def transaction(sessions: Sessions, *, actor: str) -> AsyncGenerator[AsyncSession, None]:
    """All of a request's or a message's writes, or none of them; `actor` is who causes them.

    Nobody else commits.
    """
    async with sessions.begin() as session:
        session.info[_ACTOR] = actor
        yield session


def kernel_of(session: AsyncSession) -> Kernel:
    """Return what the session states its facts with."""
    kernel: Kernel = session.info[_KERNEL]
    return kernel


def actor_of(session: AsyncSession) -> str:
    """Name who causes the writes of this transaction."""
    actor: str = session.info[_ACTOR]
    return actor


async def _request_transaction(
    request: Request, caller: CallerDep
) -> AsyncGenerator[AsyncSession, None]:
    async with transaction(request.state.sessions, actor=caller.actor) as session:
        yield session


# scope="function": commit before the response leaves. FastAPI's default would commit after it,
# and tell the client "created" about a row that may not be.
Transaction = Annotated[AsyncSession, Depends(_request_transaction, scope="function")]
