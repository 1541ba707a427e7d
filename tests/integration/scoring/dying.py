"""A worker that is killed in the midst of a part, as when the machine runs out of memory."""

import asyncio
import os
import signal
import sys
from datetime import datetime
from typing import NoReturn
from unittest.mock import patch

from pydantic import SecretStr
from sqlalchemy import text

from services.scoring.handlers import backtests, rejudging, rule_sets
from shared.auth.keys import SigningKey
from shared.db import Kernel, open_engine, open_sessions
from shared.settings import DatabaseSettings
from tests.integration.database import kernel_of_service

_ACTOR = "service:scoring"
_NAME = "test-dying"
_GONE_WITHIN = 30.0
_LOOK = 0.05
_ALIVE = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = :name"
)


async def die_of(url: str, now: datetime, most: int, part: str) -> int:
    """Begin a part in another process: the next of "backtests" or "trials", or one that is named.

    What is named is a part of a full judgement. Returns how that process ended; it has no time to
    say anything.
    """
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, url, now.isoformat(), str(most), part
    )
    code = await started.wait()
    async with asyncio.timeout(_GONE_WITHIN):
        await _be_gone(url)
    return code


async def _be_gone(url: str) -> None:
    """Wait until the server has noticed, and let go of what the dead one held."""
    engine = open_engine(DatabaseSettings(url=SecretStr(url)), name="test-watching")
    try:
        while True:
            async with engine.connect() as connection:
                if not await connection.scalar(_ALIVE, {"name": _NAME}):
                    return
            await asyncio.sleep(_LOOK)
    finally:
        await engine.dispose()


def _killed(*_args: object, **_named: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


async def _work(url: str, now: datetime, most: int, part: str) -> None:
    engine = open_engine(DatabaseSettings(url=SecretStr(url)), name=_NAME)
    kernel = Kernel("scoring", kernel_of_service("scoring"), SigningKey.generate("scoring"))
    sessions = open_sessions(engine, kernel)
    with (
        patch.object(backtests, "replay", _killed),
        patch.object(rejudging, "judge_part", _killed),
        patch.object(rule_sets, "judge", _killed),
    ):
        if part == "backtests":
            await backtests.go_on(sessions, now, most=most, actor=_ACTOR)
        elif part == "trials":
            await rule_sets.go_on_trying(sessions, now, most=most, actor=_ACTOR)
        else:
            await rejudging.do_part(sessions, part, now, most=most, actor=_ACTOR)


if __name__ == "__main__":
    asyncio.run(
        _work(sys.argv[1], datetime.fromisoformat(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    )
