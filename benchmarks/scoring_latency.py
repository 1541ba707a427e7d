"""How long a warning takes to be visible while facts stream in, from the answer that took the fact.

Five hundred facts a second in batches of fifty, all through the gateway; in each batch one
enterprise loses most of its staff. The clock runs from the answer to its batch until an analyst's
list shows the warning; the list is asked again and again. Limit: what the platform has to hold.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from benchmarks.measurement import BenchmarkFailed, Measurement, percentile
from benchmarks.platform import running_platform
from benchmarks.push_to_warning import (
    INSURER,
    Door,
    headcount,
    months,
    prepare,
    tokens_of,
    uscc_of,
)
from shared.http import client

NAMES: Final = {"scoring/latency/p50": (0.5, 1.0), "scoring/latency/p99": (0.99, 3.0)}
_LIMIT: Final = "what it may take at 500 facts/s in batches of 50"
_FACTS_PER_SECOND: Final = 500
_BATCH: Final = 50
_SECONDS: Final = 20
_AT_ONCE: Final = 1_000
_STAFF, _LEFT = 500, 100
_NEWEST: Final = 50
_SHOWN_WITHIN: Final = 60.0
_LOOK_SECONDS: Final = 0.1


async def measure(seconds: int = _SECONDS) -> Sequence[Measurement]:
    """Stream, look, and take the share of all delays."""
    batches = seconds * _FACTS_PER_SECOND // _BATCH
    usccs = [uscc_of(serial) for serial in range(batches * _BATCH)]
    with running_platform() as platform:
        async with client() as http:
            door = Door(http, platform.gateway, tokens_of(platform))
            for begin in range(0, len(usccs), _AT_ONCE):
                await prepare(door, usccs[begin : begin + _AT_ONCE])
            await _drained(door, uscc_of(len(usccs)))
            delays = await _streamed(door, usccs, batches)
    return [
        Measurement(name, percentile(delays, share), "s", allowed, _LIMIT)
        for name, (share, allowed) in NAMES.items()
    ]


async def _drained(door: Door, uscc: str) -> None:
    """Wait until all that was said before is judged: a warning that comes last is visible."""
    await prepare(door, [uscc])
    await door.push(INSURER, "insured_headcount", [headcount(uscc, months()[-1], _LEFT)])
    await _look(door, {uscc}, {})


async def _streamed(door: Door, usccs: Sequence[str], batches: int) -> list[float]:
    taken: dict[str, float] = {}
    shown: dict[str, float] = {}
    losing = set(usccs[::_BATCH])
    looking = asyncio.create_task(_look(door, losing, shown))
    sending: list[asyncio.Task[None]] = []
    begun = time.perf_counter()
    for number in range(batches):
        await asyncio.sleep(begun + number * _BATCH / _FACTS_PER_SECOND - time.perf_counter())
        part = usccs[number * _BATCH : (number + 1) * _BATCH]
        sending.append(asyncio.create_task(_send(door, part, taken)))
    await asyncio.gather(*sending)
    await asyncio.wait_for(looking, _SHOWN_WITHIN)
    return [max(0.0, shown[uscc] - at) for uscc, at in taken.items()]


async def _send(door: Door, usccs: Sequence[str], taken: dict[str, float]) -> None:
    losing, *steady = usccs
    month = months()[-1]
    await door.push(
        INSURER,
        "insured_headcount",
        [headcount(losing, month, _LEFT), *(headcount(uscc, month, _STAFF) for uscc in steady)],
    )
    taken[losing] = time.perf_counter()


async def _look(door: Door, wanted: set[str], shown: dict[str, float]) -> None:
    until = time.perf_counter() + _SECONDS + _SHOWN_WITHIN
    while not wanted <= shown.keys():
        if time.perf_counter() > until:
            raise BenchmarkFailed(
                f"{len(wanted & shown.keys())} of {len(wanted)} warnings are visible"
            )
        newest = await door.newest_warned(limit=_NEWEST)
        now = time.perf_counter()
        for uscc in newest:
            shown.setdefault(uscc, now)
        await asyncio.sleep(_LOOK_SECONDS)
