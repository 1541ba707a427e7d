"""What the API of scoring answers of long work that did not come to its end."""

from typing import Self

from pydantic import BaseModel, Field

from services.scoring.domain.attempts import WORKER_LOST, Failure, FailureCode
from shared.messages import Language, say


class FailureRead(BaseModel):
    """Why work was given up."""

    code: FailureCode = Field(
        description="Whether a part failed, or the worker died over it each time."
    )
    attempts: int = Field(description="How often a part of it failed in a row.")
    failure: str = Field(
        description=f"What our programs call the last failure; {WORKER_LOST}: the worker died."
    )
    sentence: str

    @classmethod
    def of(cls, failure: Failure | None, language: Language) -> Self | None:
        """Tell of it, if there is anything to tell."""
        if failure is None:
            return None
        told = {"attempts": failure.attempts, "failure": failure.failure}
        sentence = say(f"failed_work.{failure.code}", language, **told)
        return cls(code=failure.code, sentence=sentence, **told)
