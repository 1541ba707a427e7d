"""Keeps an import for a long transaction that must not lock it: so that its sender can end it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType

KEEP_EVERY = 2.0  # seconds between two renewals: after so long at most an end is noticed


class Keeping:
    """Renews a lease beside what its holder does, as long as the block lasts."""

    def __init__(self, renew: Callable[[], Awaitable[None]]) -> None:
        """Prepare to renew; `renew` has a transaction of its own, and raises LeaseLost."""
        self._renew = renew
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Keeping":
        self._task = asyncio.create_task(self._on_and_on())
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._task

    def check(self) -> None:
        """Raise what the last renewal did, if it went wrong: LeaseLost above all."""
        if self._task is not None and self._task.done():
            self._task.result()

    async def _on_and_on(self) -> None:
        while True:
            await asyncio.sleep(KEEP_EVERY)
            await self._renew()
