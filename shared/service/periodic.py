"""Work that a service does again and again, on its own account."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import chores
from shared.bus.tables import KernelTables
from shared.clock import Clock
from shared.db import Sessions, transaction
from shared.wakes import wait

log = structlog.get_logger(__name__)

_CLOCK_SECONDS: Final = 0.05  # between two looks at a clock that somebody sets
_FAILED_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Periodic:
    """Work that the leading worker of a service does again and again, each time in a transaction.

    It must be safe to repeat; `now` is business time. `run` returns True if it has to be called
    again at once, because there was more than one transaction should do. Where the clock only moves
    when it is set, work of the business is done at once when it was. `woken_by`: a channel of
    `shared.wakes` on which it is told that there is something to do before its time.
    """

    name: str
    every: timedelta
    run: Callable[[AsyncSession, datetime], Awaitable[bool | None]]
    business: bool = True
    woken_by: str | None = None


async def repeat(
    work: Periodic,
    sessions: Sessions,
    tables: KernelTables,
    clock: Clock,
    *,
    actor: str,
    bell: asyncio.Event | None = None,
) -> None:
    """Do the work for ever, at once when the `bell` rings; note the instants of the business."""
    bell = bell or asyncio.Event()
    noted: datetime | None = None
    while True:
        try:
            bell.clear()
            begun = clock.now()
            async with transaction(sessions, actor=actor) as session:
                more = await work.run(session, begun)
                is_news = not more and chores.is_news(begun, noted, stands=clock.stands)
                if is_news:
                    await chores.note(
                        session, tables, work.name, ran_for=begun, stands=clock.stands
                    )
            if is_news:
                noted = begun
            if not more:
                await _next_turn(work, clock, begun, bell)
        except Exception:
            # What fails must not stop the relay beside it; its next turn comes.
            log.exception("periodic.failed", name=work.name)
            await asyncio.sleep(min(work.every.total_seconds(), _FAILED_SECONDS))


async def _next_turn(work: Periodic, clock: Clock, begun: datetime, bell: asyncio.Event) -> None:
    """Wait until the work is due again: after its time, or when it is rung for or the clock set."""
    loop = asyncio.get_running_loop()
    until = loop.time() + work.every.total_seconds()
    if not (work.business and clock.stands):
        await wait(bell, work.every.total_seconds())
        return
    while (left := until - loop.time()) > 0 and clock.now() == begun and not bell.is_set():
        await wait(bell, min(_CLOCK_SECONDS, left))
