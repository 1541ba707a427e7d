"""Waiting for a bus that refuses ends when it is told to."""

import asyncio
from typing import Any

import nats
import pytest
from nats.aio.client import Client
from nats.errors import AuthorizationError
from pydantic import SecretStr

from shared.bus.connection import connect
from shared.settings import BusSettings

SETTINGS = BusSettings(url=SecretStr("nats://127.0.0.1:1"))


async def test_a_cancellation_that_the_library_forgets_is_said_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forgotten = 0

    async def forgetful(**_: Any) -> Client:
        """Wait as nats-py does under Python 3.11, the answer coming with the cancellation."""
        nonlocal forgotten
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                forgotten += 1
                if forgotten == 3:
                    raise

    monkeypatch.setattr(nats, "connect", forgetful)
    waiting = asyncio.ensure_future(connect(SETTINGS, name="test"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()

    ended, _ = await asyncio.wait({waiting}, timeout=5)

    assert ended == {waiting}
    assert waiting.cancelled()
    assert forgotten == 3


async def test_a_refusal_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Exception | Client] = [OSError("no route"), AuthorizationError(), Client()]

    async def answering(**_: Any) -> Client:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(nats, "connect", answering)

    bus = await connect(SETTINGS, name="test")

    assert bus.settings is SETTINGS
    assert answers == []
