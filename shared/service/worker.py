"""The worker process of a service: relay, reconciler, consumers, periodic work, and its probes."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, Final, TypedDict

import structlog
from psycopg import AsyncConnection
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette
from starlette.requests import Request

from shared.bus import chores
from shared.bus.chores import Chore
from shared.bus.connection import Bus, connect
from shared.bus.consumer import Consumer
from shared.bus.leadership import lead
from shared.bus.outbox import wake_channel
from shared.bus.prune import prune
from shared.bus.pull import Pull
from shared.bus.reconcile import Reconciler, Witness
from shared.bus.relay import Relay
from shared.bus.streams import durables_of, ensure_read
from shared.bus.tables import KernelTables
from shared.db import Sessions, transaction
from shared.service.metrics import MessageCounts
from shared.service.periodic import Periodic, repeat
from shared.service.probes import Check, database_fault, probe_routes
from shared.service.state import Resources, opened
from shared.settings import ServiceSettings
from shared.wakes import listen

__all__ = ["Periodic", "worker_app"]

log = structlog.get_logger(__name__)

_RELAY_IDLE_SECONDS: Final = 1.0  # the longest wait if a NOTIFY was missed
_STALE_FETCH_SECONDS: Final = 30.0
_PRUNE_EVERY: Final = timedelta(hours=1)


Steady = Callable[[Resources], Coroutine[Any, Any, None]]


class State(TypedDict):
    """What the probes find in `request.state`."""

    sessions: Sessions
    bus: Bus
    pulls: Sequence[Pull]


def worker_app(
    service: str,
    settings: ServiceSettings,
    *,
    kernel: KernelTables,
    consumers: Sequence[Consumer[Any]] = (),
    periodic: Sequence[Periodic] = (),
    steady: Sequence[Steady] = (),
) -> Starlette:
    """Compose a service's worker; its HTTP side has nothing but the probes.

    `steady` is work that every worker does for as long as it lives, not the leading one alone.
    """

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[State, None]:
        async with opened(service, settings, kernel=kernel, part="worker") as resources:
            bus = await connect(settings.bus, name=f"{service}-worker")
            pulls = _pulls(service, consumers, resources, bus)
            work = asyncio.create_task(
                _work(service, settings, kernel, resources, bus, pulls, periodic, steady)
            )
            work.add_done_callback(_end_process)
            try:
                yield State(sessions=resources.sessions, bus=bus, pulls=pulls)
            finally:
                work.remove_done_callback(_end_process)
                work.cancel()
                with suppress(asyncio.CancelledError):
                    await work
                await bus.close()

    return Starlette(routes=probe_routes(_checks), lifespan=lifespan)


def _pulls(
    service: str, consumers: Sequence[Consumer[Any]], resources: Resources, bus: Bus
) -> list[Pull]:
    by_name = {consumer.name: consumer for consumer in consumers}
    return [
        Pull(
            consumer=by_name[durable.name],
            durable=durable,
            sessions=resources.sessions,
            bus=bus,
            trust=resources.trust,
            clock=resources.clock,
        )
        for durable in durables_of(service)
    ]


async def _work(
    service: str,
    settings: ServiceSettings,
    kernel: KernelTables,
    resources: Resources,
    bus: Bus,
    pulls: Sequence[Pull],
    periodic: Sequence[Periodic],
    steady: Sequence[Steady],
) -> None:
    sessions = resources.sessions
    relay = Relay(service, sessions, kernel, bus)
    reconciler = Reconciler(service, sessions, kernel, bus, settings.reconcile.grace)

    async def pruned(session: AsyncSession, _now: datetime) -> None:
        await prune(session, kernel, settings.retention)

    works = (*periodic, Periodic("prune", _PRUNE_EVERY, pruned, business=False))

    async def leading(connection: AsyncConnection) -> None:
        wake = asyncio.Event()
        bells = {each.woken_by: asyncio.Event() for each in works if each.woken_by is not None}
        await ensure_read(bus.js, service, settings.bus)
        async with transaction(sessions, actor=f"service:{service}") as session:
            await chores.announce(
                session, kernel, [Chore(each.name, each.every, each.business) for each in works]
            )
        async with asyncio.TaskGroup() as group:
            group.create_task(listen(connection, {**bells, wake_channel(service): wake}))
            group.create_task(relay.run(wake, idle_seconds=_RELAY_IDLE_SECONDS))
            group.create_task(reconciler.run())
            for each in works:
                bell = bells.get(each.woken_by) if each.woken_by is not None else None
                group.create_task(
                    repeat(
                        each, sessions, kernel, resources.clock, actor=resources.actor, bell=bell
                    )
                )

    async with asyncio.TaskGroup() as group:
        group.create_task(lead(settings.database, service=service, work=leading))
        group.create_task(Witness(service, sessions, kernel, bus).run())
        if settings.telemetry.measures:
            durables = [pull.durable for pull in pulls]
            group.create_task(MessageCounts(service, sessions, kernel, bus, durables).run())
        for pull in pulls:
            group.create_task(pull.run())
        for each in steady:
            group.create_task(each(resources))


def _end_process(work: "asyncio.Task[None]") -> None:
    """End a worker whose work has ended by a fault of ours: a dead worker must not look alive."""
    if not work.cancelled():
        log.critical("worker.ended", exc_info=work.exception())
        os.kill(os.getpid(), signal.SIGTERM)


def _checks(request: Request) -> Sequence[Check]:
    state = request.state

    async def bus() -> str | None:
        return None if state.bus.client.is_connected else "bus_unreachable"

    async def consumers() -> str | None:
        oldest = asyncio.get_running_loop().time() - _STALE_FETCH_SECONDS
        stale = [pull.consumer.name for pull in state.pulls if pull.last_fetch < oldest]
        return f"consumers_stalled: {', '.join(stale)}" if stale else None

    return (lambda: database_fault(state.sessions), bus, consumers)
