"""PostgreSQL is the record: facts that a consumer never applied are sent again.

The bus may forget (a power cut, a wiped disk). So the producer walks its event log behind a mark
per consumer, asks the consumer's service which of those facts it has not seen, and puts them back
into the outbox. A mark only passes facts that the consumer has applied or buried.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError
from sqlalchemy import Text, and_, cast, func, or_, select, union
from sqlalchemy.dialects.postgresql import insert

from shared.bus.connection import Bus
from shared.bus.streams import DURABLES, Durable
from shared.bus.tables import KernelTables
from shared.db import Sessions, transaction

log = structlog.get_logger(__name__)

_CHUNK: Final = 2000
_ANSWER_SECONDS: Final = 10.0
_SHORTEST_PAUSE_SECONDS: Final = 1.0
_PATIENCE_GRACES: Final = 10
_SHORTEST_PATIENCE_SECONDS: Final = 20.0
_NONE: Final[frozenset[UUID]] = frozenset()


def _question(service: str) -> str:
    return f"reconcile.{service}"


@dataclass(frozen=True)
class Fact:
    """A place in the event log, in the order of commits."""

    xid: int
    event_id: UUID


@dataclass(frozen=True)
class Reconciler:
    """Sends again what consumers of one producer never confirmed; runs only where it leads."""

    service: str
    sessions: Sessions
    tables: KernelTables
    bus: Bus
    grace: timedelta
    _believed: dict[str, float] = field(default_factory=dict, init=False)
    """Since when what a consumer lacks has been taken for on its way, by its name."""

    async def run(self) -> None:
        """Look at every consumer once per half of the grace period, for ever."""
        pause = max(self.grace.total_seconds() / 2, _SHORTEST_PAUSE_SECONDS)
        consumers = [durable for durable in DURABLES if durable.producer == self.service]
        while True:
            await asyncio.sleep(pause)
            for durable in consumers:
                try:
                    await self.once(durable)
                except (NatsError, TimeoutError) as error:
                    # The consumer's service is away: its facts are asked for again next time.
                    log.warning("reconcile.no_answer", consumer=durable.name, error=repr(error))

    async def once(self, durable: Durable) -> int:
        """Walk as far as facts are confirmed; return how many were put back into the outbox."""
        while True:
            facts = await self._due(durable)
            if not facts:
                return 0
            missing = await self._missing(durable, [fact.event_id for fact in facts])
            confirmed = _before_first(facts, missing)
            lost = _NONE if await self._are_on_their_way(durable, len(missing)) else missing
            if confirmed or lost:
                await self._note(durable, confirmed[-1] if confirmed else None, lost)
            if lost:
                log.warning("reconcile.sent_again", consumer=durable.name, count=len(lost))
            if missing:
                return len(lost)

    async def _are_on_their_way(self, durable: Durable, missing: int) -> bool:
        """Tell whether the bus holds as many messages for a consumer as it lacks facts.

        To send those again would fill the stream of a consumer that is away. Nor is that believed
        for ever: after a torn disk the bus may count what it cannot deliver.
        """
        now = asyncio.get_running_loop().time()
        since = self._believed.setdefault(durable.name, now)
        patience = max(_PATIENCE_GRACES * self.grace.total_seconds(), _SHORTEST_PATIENCE_SECONDS)
        if missing and now - since < patience and missing <= await self._waiting(durable):
            return True
        del self._believed[durable.name]
        return False

    async def _waiting(self, durable: Durable) -> int:
        """Count what the bus still holds for a consumer."""
        try:
            told = await self.bus.js.consumer_info(durable.stream, durable.name)
        except NotFoundError:
            return 0
        return (told.num_pending or 0) + (told.num_ack_pending or 0)

    async def _due(self, durable: Durable) -> Sequence[Fact]:
        event_log, mark = self.tables.event_log, self.tables.reconcile_mark
        async with transaction(self.sessions, actor=f"service:{self.service}") as session:
            at = (
                await session.execute(
                    select(mark.c.xid, mark.c.event_id).where(mark.c.consumer == durable.name)
                )
            ).one_or_none()
            query = (
                select(event_log.c.xid, event_log.c.event_id)
                .where(
                    event_log.c.subject == durable.subject,
                    # As in the relay: nothing that a running transaction may still precede.
                    event_log.c.xid < func.pg_snapshot_xmin(func.pg_current_snapshot()),
                    event_log.c.at < func.now() - self.grace,
                )
                .order_by(event_log.c.xid, event_log.c.event_id)
                .limit(_CHUNK)
            )
            if at is not None:
                query = query.where(
                    or_(
                        event_log.c.xid > at.xid,
                        and_(event_log.c.xid == at.xid, event_log.c.event_id > at.event_id),
                    )
                )
            return [Fact(*row) for row in await session.execute(query)]

    async def _missing(self, durable: Durable, events: Sequence[UUID]) -> frozenset[UUID]:
        question = {"consumer": durable.name, "events": [str(event) for event in events]}
        answer = await self.bus.client.request(
            _question(durable.service), json.dumps(question).encode(), timeout=_ANSWER_SECONDS
        )
        return frozenset(UUID(event) for event in json.loads(answer.data)["missing"])

    async def _note(
        self, durable: Durable, confirmed: Fact | None, missing: frozenset[UUID]
    ) -> None:
        mark = self.tables.reconcile_mark
        async with transaction(self.sessions, actor=f"service:{self.service}") as session:
            if missing:
                await session.execute(
                    insert(self.tables.outbox).on_conflict_do_nothing(),
                    [{"event_id": event} for event in sorted(missing)],
                )
            if confirmed is not None:
                place = {"xid": confirmed.xid, "event_id": confirmed.event_id}
                await session.execute(
                    insert(mark)
                    .values(consumer=durable.name, resent=0, **place)
                    .on_conflict_do_update(index_elements=["consumer"], set_=place)
                )


def _before_first(facts: Sequence[Fact], missing: frozenset[UUID]) -> Sequence[Fact]:
    for index, fact in enumerate(facts):
        if fact.event_id in missing:
            return facts[:index]
    return facts


@dataclass(frozen=True)
class Witness:
    """Answers, for one service, which facts its consumers have not seen."""

    service: str
    sessions: Sessions
    tables: KernelTables
    bus: Bus

    async def run(self) -> None:
        """Answer for ever; replicas of a service share the questions."""
        subscription = await self.bus.client.subscribe(
            _question(self.service), queue=f"witness-{self.service}"
        )
        async for question in subscription.messages:
            try:
                await self._answer(question)
            except (ValueError, KeyError, TypeError) as error:
                log.warning("reconcile.bad_question", error=repr(error))

    async def _answer(self, question: Msg) -> None:
        asked = json.loads(question.data)
        events = {UUID(event) for event in asked["events"]}
        inbox, buried = self.tables.inbox, self.tables.inbox_dead
        async with transaction(self.sessions, actor=f"service:{self.service}") as session:
            seen = await session.scalars(
                union(
                    select(cast(inbox.c.event_id, Text)).where(
                        inbox.c.consumer == asked["consumer"], inbox.c.event_id.in_(events)
                    ),
                    select(buried.c.event_id).where(
                        buried.c.consumer == asked["consumer"],
                        buried.c.event_id.in_([str(event) for event in events]),
                    ),
                )
            )
            missing = events - {UUID(event) for event in seen}
        await question.respond(
            json.dumps({"missing": [str(event) for event in sorted(missing)]}).encode()
        )
