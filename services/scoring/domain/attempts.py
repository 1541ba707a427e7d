"""How often long work is tried again that fails, and what is said in the end."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# What is believed of an attempt until its worker has said what came of it.
WORKER_LOST: Final = "WorkerLost"


class FailureCode(StrEnum):
    """Why work was given up."""

    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Failure:
    """Work that has failed so often in a row; `failure` is what our programs call the last time."""

    attempts: int
    failure: str

    @property
    def code(self) -> FailureCode:
        """Say whether the work failed, or its worker was lost each time without a word."""
        return FailureCode.LOST if self.failure == WORKER_LOST else FailureCode.FAILED
