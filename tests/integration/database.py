"""A database with every deployable's schema, made by our own roles and migrations."""

import asyncio
import fcntl
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import httpx2
import psycopg
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.engine import make_url

from shared import migrations, roles
from shared.auth import hop
from shared.auth.identity import Caller
from shared.auth.keys import SigningKey, TrustBundle
from shared.bus.tables import KernelTables
from shared.db import Kernel, Sessions, open_engine, open_sessions
from shared.settings import DatabaseSettings

PACKAGES: Mapping[str, str] = {
    "ingest": "services.ingest",
    "scoring": "services.scoring",
    "cases": "services.cases",
    "matchmaking": "services.matchmaking",
    "gateway": "gateway",
}
# Roles belong to the whole server, so every test worker sets the same passwords.
PASSWORDS = {part: f"test-{part}" for part in roles.LOGINS}
KEYS = {name: SigningKey.generate(name) for name in PACKAGES}
TRUST = TrustBundle.of(KEYS.values())


@dataclass(frozen=True)
class PlatformDatabase:
    """One database on the test server, with all schemas."""

    admin_url: str

    def url(self, service: str, part: str) -> str:
        """Return the address at which one part of a service signs in (migrate, api, worker)."""
        url = make_url(self.admin_url).set(
            drivername="postgresql+psycopg",
            username=roles.role(service, part),
            password=PASSWORDS[part],
        )
        return url.render_as_string(hide_password=False)

    def settings(self, service: str, part: str) -> DatabaseSettings:
        """Return the settings with which one part of a service opens its engine."""
        return DatabaseSettings(url=SecretStr(self.url(service, part)))

    @asynccontextmanager
    async def sessions(
        self, service: str, part: str = "worker", *, kernel: KernelTables | None = None
    ) -> AsyncGenerator[Sessions, None]:
        """Open sessions as one part of a service."""
        tables = kernel or kernel_of_service(service)
        engine = open_engine(self.settings(service, part), name=f"test-{service}-{part}")
        try:
            yield open_sessions(engine, Kernel(service, tables, KEYS[service]))
        finally:
            await engine.dispose()

    def empty(self, *services: str) -> None:
        """Forget all rows of the services, whatever role owns them."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            for service in services:
                found = connection.execute(
                    "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
                    " WHERE schemaname = %s AND tablename <> 'alembic_version'",
                    (service,),
                ).fetchall()
                if found:
                    tables = ", ".join(name for (name,) in found)
                    connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE".encode())


def kernel_of_service(service: str) -> KernelTables:
    """Return the kernel's tables of a deployable."""
    tables = import_module(f"{PACKAGES[service]}.tables")
    kernel: KernelTables = tables.KERNEL
    return kernel


async def _provision(admin_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(admin_url, autocommit=True) as connection:
        for service in PACKAGES:
            await roles.provision(connection, service, PASSWORDS)


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    # Two workers that create the same role at once would collide.
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def provisioned(admin_url: str, lock: Path) -> PlatformDatabase:
    """Make roles and schemas, without tables, in an empty database."""
    with _one_at_a_time(lock):
        asyncio.run(_provision(admin_url))
    return PlatformDatabase(admin_url)


def migrated(admin_url: str, lock: Path) -> PlatformDatabase:
    """Make roles, schemas and, by the services' own migrations, all tables."""
    database = provisioned(admin_url, lock)
    for service, package in PACKAGES.items():
        migrations.upgrade(migrations.history(package, database.url(service, "migrate")))
    return database


def signed(caller: Caller, service: str, method: str, url: str | httpx2.URL) -> str:
    """Return the gateway's token for one request, its query included."""
    asked = httpx2.URL(url)
    return hop.mint(
        KEYS["gateway"],
        caller,
        audience=service,
        method=method,
        path=asked.path,
        query=asked.query.decode("ascii"),
    )


async def count(sessions: Sessions, query: str, **values: object) -> int:
    """Return the number that a query answers, for a test's own look at the rows."""
    async with sessions() as session:
        return int(await session.scalar(text(query), values) or 0)
