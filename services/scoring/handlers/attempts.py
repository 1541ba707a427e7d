"""Long work, piece by piece: what fails is tried again, so often and no oftener.

A piece is counted in a transaction of its own before it is begun: whoever dies of it leaves the
count behind. The caller holds the piece, so that nobody else counts or begins it meanwhile.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from services.scoring.domain.attempts import Failure
from services.scoring.store import attempts
from shared.db import Sessions, transaction
from shared.pauses import pause
from shared.service.state import Resources

log = structlog.get_logger(__name__)


class GoOn(Protocol):
    """Do the next part of what waits longest; True if there is more, raises what a part raises."""

    async def __call__(
        self, sessions: Sessions, now: datetime, *, most: int, actor: str
    ) -> bool: ...


async def share(name: str, go_on: GoOn, every: timedelta, most: int, resources: Resources) -> None:
    """Go on with whatever waits, for as long as the process lives."""
    while True:
        try:
            now, actor = resources.clock.now(), resources.actor
            busy = await go_on(resources.sessions, now, most=most, actor=actor)
        except Exception:
            # A part that failed is counted; and the database does not have to be there always.
            log.exception("attempt.not_done", work=name)
            busy = False
        if not busy:
            await asyncio.sleep(every.total_seconds())


async def spent(sessions: Sessions, piece: str, *, most: int, actor: str) -> Failure | None:
    """Count an attempt at a piece; how the last one failed, if it had been tried so often."""
    async with transaction(sessions, actor=actor) as session:
        before = await attempts.tried(session, piece)
        if before.attempts >= most:
            return before
        await attempts.count(session, piece)
    return None


@asynccontextmanager
async def attempt(
    sessions: Sessions, piece: str, *, most: int, actor: str
) -> AsyncGenerator[None, None]:
    """Note what goes wrong with a piece, and raise it again; one that is stopped has not failed."""
    try:
        yield
    except asyncio.CancelledError:
        async with transaction(sessions, actor=actor) as session:
            await attempts.uncount(session, piece)
        raise
    except Exception as error:
        async with transaction(sessions, actor=actor) as session:
            times = (await attempts.tried(session, piece)).attempts
            # What was tried often enough is given up without a pause.
            rest = pause(times) if times < most else None
            await attempts.note(session, piece, type(error).__name__, pause=rest)
        log.warning("attempt.failed", piece=piece, times=times, most=most)
        raise
