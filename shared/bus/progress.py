"""How far a service has got with the facts: what it stated, what its consumers have applied.

A service reads its own schema alone, so what waits for a consumer is the difference of two counts
from two services: of facts made since one moment, so that both count the same ones. The record
says it, not the bus: what the bus forgot still waits, because the reconciler will send it again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Text, cast, collate, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.chores import Chore, announced
from shared.bus.streams import DURABLES, durables_of
from shared.bus.tables import KernelTables
from shared.ids import first_uuid7_of

_FACT_ID: Final = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


@dataclass(frozen=True)
class Progress:
    """Where a service stands; its counts only grow while `since` stays the same."""

    outbox: int
    stated: Mapping[str, int]
    """Facts by subject, of the subjects that anybody consumes."""
    applied: Mapping[str, int]
    """Facts by consumer of this service: applied, or buried as a dead letter."""
    chores: Sequence[Chore]


async def read(
    session: AsyncSession, tables: KernelTables, service: str, *, since: datetime
) -> Progress:
    """Read where the service stands, of facts that were made from `since` on."""
    return Progress(
        outbox=await session.scalar(select(func.count()).select_from(tables.outbox)) or 0,
        stated=await _stated(session, tables, service, since),
        applied=await _applied(session, tables, service, since),
        chores=await announced(session, tables),
    )


async def _stated(
    session: AsyncSession, tables: KernelTables, service: str, since: datetime
) -> Mapping[str, int]:
    wanted = {durable.subject for durable in DURABLES if durable.producer == service}
    log = tables.event_log.c
    query = (
        select(log.subject, func.count())
        .where(log.subject.in_(wanted), log.event_id >= first_uuid7_of(since))
        .group_by(log.subject)
    )
    counted = {subject: count for subject, count in await session.execute(query)}  # noqa: C416
    return {subject: counted.get(subject, 0) for subject in sorted(wanted)}


async def _applied(
    session: AsyncSession, tables: KernelTables, service: str, since: datetime
) -> Mapping[str, int]:
    inbox, dead = tables.inbox.c, tables.inbox_dead.c
    seen = (
        select(inbox.consumer, func.count())
        .where(inbox.event_id >= first_uuid7_of(since))
        .group_by(inbox.consumer)
    )
    # One that was applied after all is in the inbox; what is no fact of ours has no such id.
    after_all = exists().where(
        inbox.consumer == dead.consumer, cast(inbox.event_id, Text) == dead.event_id
    )
    buried = (
        select(dead.consumer, func.count())
        .where(
            dead.event_id.regexp_match(_FACT_ID),
            _in_bytes(dead.event_id) >= _in_bytes(literal(str(first_uuid7_of(since)))),
            ~after_all,
        )
        .group_by(dead.consumer)
    )
    counts = {durable.name: 0 for durable in durables_of(service)}
    for query in (seen, buried):
        for consumer, count in await session.execute(query):
            if consumer in counts:
                counts[consumer] += count
    return counts


def _in_bytes(text: ColumnElement[str]) -> ColumnElement[str]:
    return collate(text, "C")
