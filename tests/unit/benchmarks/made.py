"""Benchmarks that measure nothing, for the frame to run."""

from collections.abc import Sequence

from benchmarks.measurement import BenchmarkFailed, Measurement

FAST = Measurement("made/fast", figure=900.0, unit="events/s", limit=1200.0, limit_name="bare")
SLOW = Measurement("made/slow", figure=30.0, unit="ms", limit=12.0, limit_name="hops")


async def measure() -> Sequence[Measurement]:
    """Return two measurements."""
    return [FAST, SLOW]


async def fail() -> Sequence[Measurement]:
    """Fail as a benchmark does whose servers do not start."""
    raise BenchmarkFailed("no servers")
