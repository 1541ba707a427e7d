"""One question at a time: whoever asks the same thing meanwhile shares the answer."""

import asyncio
from collections.abc import Coroutine, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Shared(Generic[K, V]):
    """Questions that are being asked, by their keys."""

    def __init__(self) -> None:
        self._asking: dict[K, asyncio.Task[V]] = {}

    async def answer(self, key: K, question: Coroutine[Any, Any, V]) -> V:
        """Return the answer to `question`, or to the one under way with the same key."""
        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(question)
            self._asking[key] = task
            task.add_done_callback(lambda _done: self._asking.pop(key, None))
        else:
            question.close()
        # One who hangs up must not take the answer from the others.
        return await asyncio.shield(task)
