"""From the bus to a handler: what a service declares, and how one message becomes one effect."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth.keys import TrustBundle
from shared.bus.headers import Envelope
from shared.bus.tables import KernelTables
from shared.db import kernel_of
from shared.events.base import Event

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Delivery:
    """What a handler is told beside the fact itself; `now` is business time."""

    id: UUID
    source: str
    time: datetime
    actor: str
    now: datetime


@dataclass(frozen=True)
class Consumer(Generic[E]):
    """A service's handler for one kind of fact; its name is that of its durable (bus/streams)."""

    name: str
    event: type[E]
    handle: Callable[[AsyncSession, E, Delivery], Awaitable[None]]


@dataclass(frozen=True)
class Letter:
    """A message that was read and verified: a fact with its envelope."""

    envelope: Envelope
    event: Event


def open_letter(
    consumer: Consumer[Any], headers: Mapping[str, str], payload: bytes, *, trust: TrustBundle
) -> Letter:
    """Verify who speaks and read what is said.

    Raises:
        KeyError, ValueError: the envelope or the body is malformed.
        SignatureRefused: not signed by its source, or altered since.
    """
    envelope = Envelope.read(headers, payload, trust=trust)
    if envelope.type != consumer.event.subject:
        raise ValueError(f"{consumer.name} takes {consumer.event.subject}, not {envelope.type}")
    return Letter(envelope, consumer.event.model_validate_json(payload))


async def apply(
    session: AsyncSession, consumer: Consumer[Any], letter: Letter, *, now: datetime
) -> bool:
    """Apply a fact once, in the caller's transaction; return False if it was applied before."""
    tables = kernel_of(session).tables
    if not await _first_sight(session, tables, consumer.name, letter.envelope.id):
        return False
    delivery = Delivery(
        id=letter.envelope.id,
        source=letter.envelope.source,
        time=letter.envelope.time,
        actor=letter.envelope.actor,
        now=now,
    )
    await consumer.handle(session, letter.event, delivery)
    return True


async def _first_sight(
    session: AsyncSession, tables: KernelTables, consumer: str, event_id: UUID
) -> bool:
    written = await session.execute(
        insert(tables.inbox)
        .values(event_id=event_id, consumer=consumer)
        .on_conflict_do_nothing()
        .returning(tables.inbox.c.event_id)
    )
    return written.first() is not None
