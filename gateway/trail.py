"""The audit trail of this process: noted at once, written in batches off the request's path."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gateway import handlers
from gateway.store.audit import Access
from shared.db import Sessions, transaction

log = structlog.get_logger(__name__)

_BATCH: Final = 500
_GATHER_SECONDS: Final = 0.2
_RETRY_SECONDS: Final = 1.0
_MOST_WAITING: Final = 20_000
_FAREWELL_SECONDS: Final = 4.0


class TrailFull(Exception):
    """What can no longer be written down must not be done."""


class Trail:
    """Accesses on their way to the audit.

    A normal end loses none; a crash may lose what was noted within the last second.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._waiting: deque[Access] = deque()
        self._noted = asyncio.Event()

    def check(self) -> None:
        """Raise TrailFull if the database has been away so long that lines pile up."""
        if len(self._waiting) >= _MOST_WAITING:
            raise TrailFull

    def note(self, access: Access) -> None:
        """Take a line; it is written soon."""
        self._waiting.append(access)
        self._noted.set()

    async def run(self) -> None:
        """Write what is noted, until cancelled; then write the rest."""
        try:
            while True:
                await self._noted.wait()
                await asyncio.sleep(_GATHER_SECONDS)
                self._noted.clear()
                await self._write_all()
        finally:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._write_all(), _FAREWELL_SECONDS)
            if self._waiting:
                log.critical("audit.lost", lines=len(self._waiting))

    async def _write_all(self) -> None:
        while self._waiting:
            batch = [self._waiting[index] for index in range(min(_BATCH, len(self._waiting)))]
            try:
                async with transaction(self._sessions, actor="service:gateway") as session:
                    await handlers.append_accesses(session, batch)
            except (DBAPIError, PoolTimeout, OSError) as error:
                log.warning("audit.waits", lines=len(self._waiting), error=type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            # Only now: a batch that was cut short is written again, and its ids absorb it.
            for _ in batch:
                self._waiting.popleft()
