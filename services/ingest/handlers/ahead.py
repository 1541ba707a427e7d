"""Reading ahead: the next piece of a file is read while the last one is taken."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

Following = Callable[[], Awaitable[T | None]]
Waiting = Callable[[Awaitable[T | None]], Awaitable[T | None]]


async def ahead(
    following: Following[T], waiting: Waiting[T] = asyncio.ensure_future
) -> AsyncGenerator[T, None]:
    """Yield what follows until there is no more.

    `waiting` waits for a piece: whoever has something to keep meanwhile does so. To be closed:
    what is being read then is waited for.
    """
    reading = asyncio.ensure_future(following())
    try:
        while (piece := await waiting(reading)) is not None:
            reading = asyncio.ensure_future(following())
            yield piece
    finally:
        await asyncio.wait({reading})
