"""How fast one principal may ask: a token bucket each, in the memory of this replica."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_MOST_REMEMBERED: Final = 10_000


class TooFast(Exception):
    """The principal has used up what they may ask at once."""

    def __init__(self, quota: "Quota") -> None:
        self.quota = quota
        self.values = {"seconds": quota.next_after}
        super().__init__(f"again after {quota.next_after} s")


@dataclass(frozen=True)
class Quota:
    """What is left to a principal; `next_after` is in whole seconds."""

    burst: int
    window: int
    left: int
    next_after: int

    def headers(self) -> dict[str, str]:
        """Return the fields of draft-ietf-httpapi-ratelimit-headers-11."""
        return {
            "RateLimit-Policy": f'"default";q={self.burst};w={self.window}',
            "RateLimit": f'"default";r={self.left};t={self.next_after}',
        }


class Buckets:
    """A bucket per principal, filled at `per_second`, holding `burst`."""

    def __init__(
        self, *, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, principal: str) -> Quota:
        """Take one; raise TooFast if none is left."""
        now = self._clock()
        level, at = self._levels.get(principal, (float(self._burst), now))
        level = min(float(self._burst), level + (now - at) * self._per_second)
        taken = level >= 1
        level -= taken
        self._levels[principal] = (level, now)
        self._levels.move_to_end(principal)
        # Who has been silent longest has the fullest bucket: to forget it gives little away.
        while len(self._levels) > _MOST_REMEMBERED:
            self._levels.popitem(last=False)
        quota = Quota(
            burst=self._burst,
            window=math.ceil(self._burst / self._per_second),
            left=int(level),
            next_after=0 if level >= 1 else math.ceil((1 - level) / self._per_second),
        )
        if not taken:
            raise TooFast(quota)
        return quota
