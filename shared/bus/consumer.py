"""From the bus to a handler: what a service declares, and how one message becomes one effect."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from shared.auth.keys import TrustBundle
from shared.bus.headers import Envelope
from shared.bus.tables import KernelTables
from shared.db import kernel_of
from shared.events.base import Event
from shared.telemetry import span_from

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
    """A service's handler for one kind of fact; its name is that of its durable (bus/streams).

    `together` handles several as if they were one, for less than each costs alone: where facts
    come faster than they are handled one by one, more of them wait and each gets cheaper.
    """

    name: str
    event: type[E]
    handle: Callable[[AsyncSession, E, Delivery], Awaitable[None]]
    together: Callable[[AsyncSession, Sequence[tuple[E, Delivery]]], Awaitable[None]] | None = None


@dataclass(frozen=True)
class Letter:
    """A message that was read and verified: a fact with its envelope, as its headers say it."""

    envelope: Envelope
    event: Event
    headers: Mapping[str, str]


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
    return Letter(envelope, consumer.event.model_validate_json(payload), headers)


async def apply(
    session: AsyncSession, consumer: Consumer[Any], letters: Sequence[Letter], *, now: datetime
) -> int:
    """Apply facts once each, in the caller's transaction; return how many were not before."""
    by_id = {letter.envelope.id: letter for letter in letters}
    fresh = await _first_seen(session, kernel_of(session).tables, consumer.name, list(by_id))
    new = [letter for id_, letter in by_id.items() if id_ in fresh]
    if consumer.together is not None and new:
        with ExitStack() as spans:
            for letter in new:
                spans.enter_context(span_from(letter.headers, f"process {consumer.name}"))
            await consumer.together(session, [(each.event, _delivery(each, now)) for each in new])
        return len(new)
    for letter in new:
        with span_from(letter.headers, f"process {consumer.name}"):
            await consumer.handle(session, letter.event, _delivery(letter, now))
    return len(new)


def _delivery(letter: Letter, now: datetime) -> Delivery:
    said = letter.envelope
    return Delivery(id=said.id, source=said.source, time=said.time, actor=said.actor, now=now)


async def _first_seen(
    session: AsyncSession, tables: KernelTables, consumer: str, events: Sequence[UUID]
) -> set[UUID]:
    written = await session.scalars(_note(tables), {"events": events, "by": consumer})
    return set(written)


@cache
def _note(tables: KernelTables) -> ReturningInsert[Any]:
    seen = func.unnest(bindparam("events", type_=ARRAY(Uuid)))
    return (
        insert(tables.inbox)
        .from_select(["event_id", "consumer"], select(seen, bindparam("by", type_=Text)))
        .on_conflict_do_nothing()
        .returning(tables.inbox.c.event_id)
    )
