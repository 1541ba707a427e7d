"""What takes long: files while they come, events while there are some; a few at a time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta


class BodyTooSlow(Exception):
    """The body did not come within the time that is given to it."""


class UploadsBusy(Exception):
    """As many files are on their way as may be: of this principal, or of all."""


class StreamsBusy(Exception):
    """As many streams of events are open as may be: of this principal, or of all."""


class Places:
    """What may go on at once in this replica: so much in all, and so much of each principal."""

    def __init__(self, *, at_once: int, each: int, busy: type[Exception]) -> None:
        self._at_once = at_once
        self._each = each
        self._busy = busy
        self._held: Counter[str] = Counter()

    @contextmanager
    def place(self, principal: str) -> Iterator[None]:
        """Hold a place. Raises what says that there is none."""
        if self._held.total() >= self._at_once or self._held[principal] >= self._each:
            raise self._busy
        self._held[principal] += 1
        try:
            yield
        finally:
            self._held[principal] -= 1
            if not self._held[principal]:
                del self._held[principal]


class Uploads(Places):
    """The files that are on their way through this replica."""

    def __init__(self, *, at_once: int, each: int, within: timedelta, progress: int) -> None:
        super().__init__(at_once=at_once, each=each, busy=UploadsBusy)
        self._within = within.total_seconds()
        self._progress = progress

    async def paced(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Hand a body on. Raises BodyTooSlow when too little of it comes in the time it has.

        Only the time spent waiting for the sender counts, not the service's own.
        """
        loop = asyncio.get_running_loop()
        left, came = self._within, 0
        while True:
            begun = loop.time()
            try:
                async with asyncio.timeout(left):
                    chunk = await anext(body)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise BodyTooSlow from error
            left, came = left - (loop.time() - begun), came + len(chunk)
            if came >= self._progress:
                left, came = self._within, 0
            if chunk:
                yield chunk
