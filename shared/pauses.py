"""How long work that failed rests before it is tried again, in whatever service."""

from datetime import timedelta
from typing import Final

_LONGEST: Final = timedelta(minutes=5)


def pause(times: int) -> timedelta:
    """Return how long to wait before what has failed `times` times is tried again.

    Pauses double from 2 seconds to 5 minutes: of what passes by itself most is over by then.
    """
    return min(timedelta(seconds=2 ** min(times, 10)), _LONGEST)
