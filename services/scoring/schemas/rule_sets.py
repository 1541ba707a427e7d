"""What the API of scoring takes and answers of rule sets."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.scoring.domain.places import Place
from services.scoring.domain.rule_document import Difference, plain
from services.scoring.domain.rule_life import RuleEntry, RuleState, Signature
from services.scoring.handlers.rule_sets import Compare
from services.scoring.schemas.days import Day
from services.scoring.schemas.failures import FailureRead
from services.scoring.store.rule_trials import Trial
from shared.calendar import SHANGHAI
from shared.messages import Language

Moment = Annotated[datetime, AfterValidator(lambda moment: moment.astimezone(SHANGHAI))]


class RuleSetWrite(BaseModel):
    """A rule set as it is to be drafted."""

    model_config = ConfigDict(extra="forbid")

    document: dict[str, Any] = Field(
        description="The whole rule set, as `document` of another shows it: indicators with their"
        " steps, weights, triggers, protections, the matrix. What is unknown is refused by name."
    )


class RuleSetWithdrawal(BaseModel):
    """Why a rule set is given up."""

    model_config = ConfigDict(extra="forbid")

    because: str = Field(min_length=2, max_length=1000)


class RuleTrialWrite(BaseModel):
    """On which days, and on how many enterprises, a rule set is tried."""

    model_config = ConfigDict(extra="forbid")

    since: Day | None = Field(
        default=None,
        description="The first day; by default 90 before. Three years are tried at most.",
    )
    until: Day | None = Field(default=None, description="The last day, yesterday at the latest.")
    sample: int | None = Field(
        default=1000, ge=1, le=1_000_000, description="How many enterprises; null: all of them."
    )


class SignatureRead(BaseModel):
    """Who did it, and when."""

    by: str
    at: Moment

    @classmethod
    def of(cls, signed: Signature | None) -> Self | None:
        """Tell of a signature."""
        return None if signed is None else cls(by=signed.by, at=signed.at)


class RuleSetRead(BaseModel):
    """A rule set and how far it is."""

    version: str
    state: RuleState = Field(description="An approved one is in force from its day on.")
    effective_from: date
    revision: int
    is_built_in: bool = Field(description="It came with the platform and does not change.")
    edited: SignatureRead
    proposed: SignatureRead | None
    approved: SignatureRead | None
    withdrawn: SignatureRead | None
    because: str | None = Field(description="Why it was given up.")

    @classmethod
    def of(cls, entry: RuleEntry) -> Self:
        """Tell of a rule set."""
        return cls.model_validate(_told(entry))


class RuleSetWhole(RuleSetRead):
    """A rule set with all that it says."""

    document: dict[str, Any]

    @classmethod
    def of(cls, entry: RuleEntry) -> Self:
        """Tell of a rule set, whole."""
        return cls.model_validate({**_told(entry), "document": plain(entry.rules)})


class DifferenceRead(BaseModel):
    """One place that the two fill differently."""

    pointer: str = Field(description="Where; indicators and protections stand under their ids.")
    before: Any = Field(description="Null where it is not there.")
    after: Any = Field(description="Null where it is not there.")

    @classmethod
    def of(cls, difference: Difference) -> Self:
        """Tell of a difference."""
        return cls(pointer=difference.pointer, before=difference.before, after=difference.after)


class RuleSetDifferencesRead(BaseModel):
    """What is different between two rule sets, in the order of the document."""

    before: RuleSetRead
    after: RuleSetRead
    differences: list[DifferenceRead]

    @classmethod
    def of(cls, compared: Compare) -> Self:
        """Tell of a comparison."""
        return cls(
            before=RuleSetRead.of(compared.before),
            after=RuleSetRead.of(compared.after),
            differences=[DifferenceRead.of(one) for one in compared.differences],
        )


class RuleMoveRead(BaseModel):
    """How many enterprises would stand at `after` instead of `before`."""

    before: Place
    after: Place
    count: int


class RuleExampleRead(BaseModel):
    """An enterprise that would stand elsewhere."""

    uscc: str
    before: Place
    after: Place
    likelihood_before: float
    likelihood_after: float


class RuleTrialState(StrEnum):
    """How far a trial is."""

    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"
    FAILED = "failed"


class RuleTrialRead(BaseModel):
    """A trial on history: nothing was changed by it."""

    id: UUID
    version: str
    state: RuleTrialState = Field(
        description="Of one that failed or was called off, another can be asked for."
    )
    is_current: bool = Field(description="The rules were not edited since.")
    since: date
    until: date
    sample: int | None
    asked: SignatureRead
    ended_at: Moment | None = Field(
        description="Null while it goes on, and if it was called off or failed."
    )
    cancelled: SignatureRead | None = Field(description="Who called it off.")
    failed_at: Moment | None
    failure: FailureRead | None
    judged: int = Field(description="Enterprises that were judged so far.")
    changed: int = Field(description="Those that would stand elsewhere on the last day.")
    up: int
    down: int
    warned_before: int = Field(description="Those that were on the warning list on some day.")
    warned_after: int = Field(description="Those that would have been.")
    moves: list[RuleMoveRead]
    examples: list[RuleExampleRead] = Field(description="Those that would move farthest.")

    @classmethod
    def of(cls, trial: Trial, digest: str, language: Language) -> Self:
        """Tell of a trial; `digest` is of the rules as they are now."""
        tally = trial.tally
        return cls(
            id=trial.id,
            version=trial.rules.version,
            state=_trial_state(trial),
            is_current=trial.digest == digest,
            since=trial.since,
            until=trial.until,
            sample=trial.sample,
            asked=SignatureRead(by=trial.asked_by, at=trial.asked_at),
            ended_at=trial.ended_at,
            cancelled=_cancelled(trial),
            failed_at=trial.failed_at,
            failure=FailureRead.of(trial.failure, language),
            judged=tally.judged,
            changed=tally.changed,
            up=tally.up,
            down=tally.down,
            warned_before=tally.warned_before,
            warned_after=tally.warned_after,
            moves=[
                RuleMoveRead(before=before, after=after, count=count)
                for (before, after), count in sorted(tally.moves.items())
            ],
            examples=[
                RuleExampleRead.model_validate(one, from_attributes=True) for one in tally.examples
            ],
        )


def _cancelled(trial: Trial) -> SignatureRead | None:
    if trial.cancelled_by is None or trial.cancelled_at is None:
        return None
    return SignatureRead(by=trial.cancelled_by, at=trial.cancelled_at)


def _trial_state(trial: Trial) -> RuleTrialState:
    if trial.cancelled_at is not None:
        return RuleTrialState.CANCELLED
    if trial.failed_at is not None:
        return RuleTrialState.FAILED
    return RuleTrialState.RUNNING if trial.ended_at is None else RuleTrialState.ENDED


def _told(entry: RuleEntry) -> dict[str, Any]:
    return {
        "version": entry.version,
        "state": entry.state,
        "effective_from": entry.rules.effective_from,
        "revision": entry.revision,
        "is_built_in": entry.is_built_in,
        "edited": SignatureRead.of(entry.edited),
        "proposed": SignatureRead.of(entry.proposed),
        "approved": SignatureRead.of(entry.approved),
        "withdrawn": SignatureRead.of(entry.withdrawn),
        "because": entry.because,
    }
