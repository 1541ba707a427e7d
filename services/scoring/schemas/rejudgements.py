"""What full judgements take and answer."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.scoring.domain.attempts import Failure
from services.scoring.domain.model_life import version_of
from services.scoring.schemas.failures import FailureRead
from services.scoring.schemas.judged import Moment
from services.scoring.schemas.rule_sets import SignatureRead
from services.scoring.store.rejudgements import Row
from shared.messages import Language

Because = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class RejudgementState(StrEnum):
    """How far a full judgement is."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class RejudgementWrite(BaseModel):
    """Why everyone shall be judged anew."""

    model_config = ConfigDict(extra="forbid")

    because: Because


class RejudgementRead(BaseModel):
    """A full judgement: who asked for it, how far it is, what it has found so far."""

    id: UUID
    state: RejudgementState
    as_of: date = Field(description="The day as of which everyone is judged.")
    because: str
    asked_by: str
    asked_at: Moment
    parts: int = Field(description="Into how many parts the city was cut.")
    parts_done: int
    enterprises: int = Field(description="How many enterprises were judged so far.")
    standing: int = Field(
        description="How many of them are potential risks or on the warning list."
    )
    moved: int = Field(description="How many of them stand elsewhere than before.")
    models: list[str] = Field(
        description="The models that judged in shadow; several, if one was promoted meanwhile."
    )
    finished_at: Moment | None
    cancelled: SignatureRead | None = Field(
        description="Who called it off; parts that were done or held by then stay judged."
    )
    failed_at: Moment | None = Field(
        description="When it was given up; parts that were done by then stay judged."
    )
    failure: FailureRead | None

    @classmethod
    def of(cls, row: Row, language: Language) -> Self:
        """Tell of a full judgement."""
        by, at = row["cancelled_by"], row["cancelled_at"]
        is_done = row["parts_done"] == row["parts"]
        told = row["failure"]
        failure = None if told is None else Failure(told["attempts"], told["failure"])
        cancelled = None if by is None else SignatureRead(by=by, at=at)
        # Whatever was called off while its last part was judged is done all the same.
        open_state = RejudgementState.RUNNING if cancelled is None else RejudgementState.CANCELLED
        state = RejudgementState.DONE if is_done else open_state
        return cls.model_validate(
            {
                **row,
                "state": state if failure is None else RejudgementState.FAILED,
                "models": [version_of(number) for number in row["models"]],
                "finished_at": row["last_done_at"] if is_done else None,
                "cancelled": cancelled,
                "failure": FailureRead.of(failure, language),
            }
        )
