"""Identifiers that sort by the time of their making."""

import secrets
import time
from datetime import datetime
from uuid import UUID

_RANDOM_BITS = 74


def uuid7() -> UUID:
    """Make a UUID version 7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then chance."""
    return _uuid7(time.time_ns() // 1_000_000, secrets.randbits(_RANDOM_BITS))


def first_uuid7_of(moment: datetime) -> UUID:
    """Return the lowest UUID version 7 that could be made at `moment`: a bound for range scans.

    A moment before 1970 gives the lowest of all.
    """
    return _uuid7(max(0, int(moment.timestamp() * 1000)), 0)


def _uuid7(milliseconds: int, chance: int) -> UUID:
    high, low = chance >> 62, chance & ((1 << 62) - 1)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)
