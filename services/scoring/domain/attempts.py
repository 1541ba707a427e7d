"""How often long work is tried again that fails, after what pause, and what is said in the end."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

# What is believed of an attempt until its worker has said what came of it.
WORKER_LOST: Final = "WorkerLost"
_LONGEST: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Failure:
    """Work that has failed so often in a row; `failure` is what our programs call the last time."""

    attempts: int
    failure: str


def pause(times: int) -> timedelta:
    """Return how long to wait before what has failed `times` times is tried again.

    Pauses double from 2 seconds to 5 minutes: of what passes by itself most is over by then.
    """
    return min(timedelta(seconds=2 ** min(times, 10)), _LONGEST)
