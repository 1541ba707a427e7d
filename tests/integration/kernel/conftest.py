"""Two schemas with nothing but the kernel's tables, and a bus of their own streams."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from pydantic import SecretStr
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.connection import Bus, connect
from shared.bus.consumer import Consumer, Delivery
from shared.bus.migration import kernel_up_v1, kernel_up_v2
from shared.bus.pull import Pull
from shared.bus.reconcile import Reconciler, Witness
from shared.bus.relay import Relay
from shared.bus.streams import DURABLES, PRODUCERS, Durable, ensure_durable, stream_of
from shared.bus.tables import KernelTables
from shared.clock import SystemClock
from shared.db import Sessions, service_metadata
from shared.events.ingest import ObservationsRecorded, Operation
from shared.settings import BusSettings
from tests.integration.database import TRUST, PlatformDatabase, provisioned
from tests.servers import fresh_database

USCC = "91110105MA00000004"
DURABLE = next(durable for durable in DURABLES if durable.name == "scoring-observations")


@pytest.fixture(scope="session")
def kernel_database(postgres_admin_url: str, roles_lock: Path) -> Iterator[PlatformDatabase]:
    """Schemas of ingest (states facts) and scoring (applies them), and a table for the effects."""
    with fresh_database(postgres_admin_url, prefix="kernel") as admin_url:
        database = provisioned(admin_url, roles_lock)
        for service in ("ingest", "scoring"):
            engine = create_engine(database.url(service, "migrate"))
            with engine.begin() as connection:
                with Operations.context(MigrationContext.configure(connection)):
                    kernel_up_v1(service)
                    kernel_up_v2(service)
                if service == "scoring":
                    connection.execute(
                        text("CREATE TABLE scoring.effect (import_id uuid, event_id uuid)")
                    )
            engine.dispose()
        yield database


@dataclass
class Kernels:
    """Both sides of the bus, with their own sessions."""

    bus: Bus
    ingest: Sessions
    scoring: Sessions
    ingest_tables: KernelTables
    scoring_tables: KernelTables

    def relay(self) -> Relay:
        """Return the relay of the side that states."""
        return Relay("ingest", self.ingest, self.ingest_tables, self.bus)

    def pull(self, consumer: Consumer[ObservationsRecorded]) -> Pull:
        """Return the loop of the side that applies."""
        return Pull(consumer, DURABLE, self.scoring, self.bus, TRUST, SystemClock())

    def witness(self) -> Witness:
        """Return who tells what the consumer has not seen."""
        return Witness("scoring", self.scoring, self.scoring_tables, self.bus)

    def reconciler(self, grace_seconds: float) -> Reconciler:
        """Return who sends again what was not seen."""
        return Reconciler(
            "ingest",
            self.ingest,
            self.ingest_tables,
            self.bus,
            timedelta(seconds=grace_seconds),
        )


async def keep_messages(bus: Bus) -> None:
    """Let a durable stand that acknowledges nothing: what the others did stays to be sent again."""
    keeper = Durable("keeper", "scoring", ObservationsRecorded.subject)
    await ensure_durable(bus.js, keeper, bus.settings)


async def leave_to(bus: Bus, *readers: Durable) -> None:
    """Let nobody but these read observations."""
    for durable in DURABLES:
        if durable.subject == ObservationsRecorded.subject and durable not in readers:
            await bus.js.delete_consumer(durable.stream, durable.name)


async def wipe_streams(bus: Bus) -> None:
    """Lose all that the bus holds, as a wiped disk does."""
    for producer in PRODUCERS:
        name = stream_of(producer)
        if name in {info.config.name for info in await bus.js.streams_info()}:
            await bus.js.delete_stream(name)


@pytest.fixture
async def kernels(kernel_database: PlatformDatabase, nats_url: str) -> AsyncIterator[Kernels]:
    """Clean schemas, a clean bus."""
    kernel_database.empty("ingest", "scoring")
    ingest_tables = KernelTables(service_metadata("ingest"))
    scoring_tables = KernelTables(service_metadata("scoring"))
    bus = await connect(BusSettings(url=SecretStr(nats_url)), name="test")
    async with (
        kernel_database.sessions("ingest", kernel=ingest_tables) as ingest,
        kernel_database.sessions("scoring", kernel=scoring_tables) as scoring,
    ):
        await wipe_streams(bus)
        yield Kernels(bus, ingest, scoring, ingest_tables, scoring_tables)
        await bus.close()


def observation(import_id: UUID, received_at: datetime) -> ObservationsRecorded:
    """Return a fact of one row."""
    return ObservationsRecorded(
        feed="insured_headcount",
        import_id=import_id,
        received_at=received_at,
        uscc=(USCC,),
        period=("2020-07",),
        operation=(Operation.RECORD,),
        version=(1,),
        values={"insured_headcount": (100,)},
    )


async def note_effect(
    session: AsyncSession, event: ObservationsRecorded, delivery: Delivery
) -> None:
    """Handle a fact by one row, so that doubled effects can be counted."""
    await session.execute(
        text("INSERT INTO scoring.effect VALUES (:import_id, :event_id)"),
        {"import_id": event.import_id, "event_id": delivery.id},
    )


def rows(database: PlatformDatabase, query: str) -> list[tuple[object, ...]]:
    """Look at the database as its administrator."""
    with psycopg.connect(database.admin_url) as connection:
        return connection.execute(query.encode()).fetchall()
