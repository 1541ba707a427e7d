"""Repeats something beside a block of work, such as the renewal of its lease, and ends with it."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType


class Keeping:
    """Does something every so many seconds, as long as the block lasts."""

    def __init__(self, keep: Callable[[], Awaitable[None]], *, every: float) -> None:
        self._keep = keep
        self._every = every
        self._over = False
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
        self._over = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            if not self._task.cancelled():
                self._task.exception()  # was for `check`; nobody needs to hear of it any more

    def check(self) -> None:
        """Raise what went wrong when it was last done; after that it is not done any more."""
        if self._task is not None and self._task.done():
            self._task.result()

    async def _on_and_on(self) -> None:
        # Not for ever: asyncio.wait_for of Python 3.11, somewhere in what is done, may forget a
        # cancellation that comes together with its answer (python/cpython#86296).
        while not self._over:
            await asyncio.sleep(self._every)
            await self._keep()
