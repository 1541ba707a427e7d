"""Stating facts: into the event log and the outbox, in the transaction of the state they tell."""

from collections.abc import Sequence
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
    await _put(
        session,
        [(event.subject, event.about(), event.model_dump_json().encode()) for event in events],
    )


async def put_written(
    session: AsyncSession, kind: type[ColumnarEvent], bodies: Sequence[bytes]
) -> None:
    """State bulk facts whose bodies are written already, as `kind` would write them."""
    await _put(session, [(kind.subject, "", body) for body in bodies])


async def _put(session: AsyncSession, facts: Sequence[tuple[str, str, bytes]]) -> None:
    if not facts:
        return
    kernel, actor = kernel_of(session), actor_of(session)
    rows = []
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
    await session.execute(insert(kernel.tables.event_log), rows)
    await session.execute(
        insert(kernel.tables.outbox), [{"event_id": row["event_id"]} for row in rows]
    )
    await wake(session, wake_channel(kernel.service))
