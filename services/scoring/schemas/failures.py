"""What the API of scoring answers of long work that did not come to its end."""

from typing import Self

from pydantic import BaseModel, Field

from services.scoring.domain.attempts import WORKER_LOST
from shared.messages import Language, say


class FailureRead(BaseModel):
    """Why work was given up."""

    attempts: int = Field(description="How often a part of it failed in a row.")
    failure: str = Field(
        description=f"What our programs call the last failure; {WORKER_LOST}: the worker died."
    )
    sentence: str

    @classmethod
    def of(cls, attempts: int, failure: str, language: Language) -> Self:
        """Tell of it."""
        code = "failed_work.lost" if failure == WORKER_LOST else "failed_work.failed"
        sentence = say(code, language, attempts=attempts, failure=failure)
        return cls(attempts=attempts, failure=failure, sentence=sentence)
