"""Stating facts: into the event log and the outbox, in the transaction of the state they tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.headers import Envelope
from shared.bus.streams import MAX_MESSAGE_BYTES
from shared.db import actor_of, kernel_of
from shared.events.base import ColumnarEvent, Event
from shared.ids import uuid7
from shared.telemetry import inject
from shared.wakes import wake


class FactTooLarge(Exception):
    """A fact would not fit into a message: its rows must be split over several."""


def wake_channel(service: str) -> str:
    """Name the NOTIFY channel on which the relay of a service is woken."""
    return f"outbox_{service}"


async def put(session: AsyncSession, *events: Event) -> None:
    """State facts: all of them if the transaction commits, none if it does not.

    Raises:
        FactTooLarge: a body, with its headers, exceeds what the bus takes.
    """
    facts = [(event.subject, event.about(), event.model_dump_json().encode()) for event in events]
    await _put(session, _stated(session, facts))


@dataclass(frozen=True)
class Written:
    """Bulk facts in their envelopes, ready for the event log."""

    rows: Sequence[Mapping[str, object]]


def written(session: AsyncSession, kind: type[ColumnarEvent], bodies: Iterable[bytes]) -> Written:
    """Put bodies into envelopes that are written as `kind` would write them; signs each.

    Takes long enough to be done in a thread, while PostgreSQL is busy: it asks the session for
    nothing but who speaks. Raises FactTooLarge.
    """
    return Written(_stated(session, [(kind.subject, "", body) for body in bodies]))


async def put_written(session: AsyncSession, facts: Written) -> None:
    """State bulk facts."""
    await _put(session, facts.rows)


def _stated(
    session: AsyncSession, facts: Sequence[tuple[str, str, bytes]]
) -> Sequence[Mapping[str, object]]:
    kernel, actor = kernel_of(session), actor_of(session)
    rows: list[Mapping[str, object]] = []
    for subject, about, payload in facts:
        envelope = Envelope(
            id=uuid7(),
            source=kernel.service,
            type=subject,
            time=datetime.now(UTC),
            about=about,
            actor=actor,
        )
        headers = envelope.headers(payload, key=kernel.key)
        inject(headers)
        if len(payload) > MAX_MESSAGE_BYTES - 4096:
            raise FactTooLarge(f"{subject}: {len(payload)} bytes")
        rows.append(
            {
                "event_id": envelope.id,
                "subject": subject,
                "payload": payload,
                "headers": headers,
                "actor": actor,
            }
        )
    return rows


async def _put(session: AsyncSession, rows: Sequence[Mapping[str, object]]) -> None:
    if not rows:
        return
    kernel = kernel_of(session)
    await session.execute(insert(kernel.tables.event_log), list(rows))
    await session.execute(
        insert(kernel.tables.outbox), [{"event_id": row["event_id"]} for row in rows]
    )
    await wake(session, wake_channel(kernel.service))
