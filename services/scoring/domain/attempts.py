"""How often long work is tried again that fails, and what is said in the end."""

from dataclasses import dataclass
from typing import Final

# What is believed of an attempt until its worker has said what came of it.
WORKER_LOST: Final = "WorkerLost"


@dataclass(frozen=True, slots=True)
class Failure:
    """Work that has failed so often in a row; `failure` is what our programs call the last time."""

    attempts: int
    failure: str
