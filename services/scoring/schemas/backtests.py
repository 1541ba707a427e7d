"""What the API of scoring takes and answers of backtests."""

from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.scoring.backtest.report import BacktestReport
from services.scoring.domain.sources import SourceGroup
from services.scoring.schemas.days import Day
from services.scoring.schemas.failures import FailureRead
from services.scoring.schemas.rule_sets import Moment, SignatureRead
from services.scoring.store.backtests import Backtest
from shared.messages import Language


class BacktestState(StrEnum):
    """How far a backtest is."""

    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"
    FAILED = "failed"


class BacktestWrite(BaseModel):
    """Which days are judged again, by which rules, without which sources."""

    model_config = ConfigDict(extra="forbid")

    since: Day | None = Field(
        default=None,
        description="The first day; by default 90 before the last. Three years are judged at most.",
    )
    until: Day | None = Field(
        default=None,
        description="The last day, yesterday at the latest; by default the last whose horizon is"
        " over. Warnings whose horizon is not over count as open.",
    )
    horizon_days: int = Field(
        default=90, ge=30, le=366, description="A layoff so long after a warning makes it right."
    )
    rules: str | None = Field(
        default=None,
        min_length=1,
        max_length=40,
        description="Version of a rule set, a draft's too; by default those that were in force.",
    )
    leave_out: list[SourceGroup] = Field(
        default_factory=list,
        max_length=len(SourceGroup) - 1,
        description="Sources that are left out from the outset; each of the others is in turn.",
    )
    sample: int | None = Field(
        default=None, ge=1, le=1_000_000, description="How many enterprises; null: all of them."
    )


class BacktestRead(BaseModel):
    """A backtest and how far it is."""

    id: UUID
    state: BacktestState
    since: date
    until: date
    horizon_days: int
    rules: str | None = Field(description="Null: those that were in force on each day.")
    left_out: list[SourceGroup]
    sample: int | None
    enterprises: int = Field(description="How many there are to judge.")
    judged: int = Field(description="How many were judged so far.")
    asked: SignatureRead
    ended_at: Moment | None
    cancelled_by: str | None
    failed_at: Moment | None
    failure: FailureRead | None

    @classmethod
    def of(cls, backtest: Backtest, language: Language) -> Self:
        """Tell of a backtest."""
        return cls.model_validate(_told(backtest, language))


class BacktestWhole(BacktestRead):
    """A backtest with its report."""

    report: BacktestReport | None = Field(description="Null until it has ended.")

    @classmethod
    def of(cls, backtest: Backtest, language: Language) -> Self:
        """Tell of a backtest, whole."""
        return cls.model_validate({**_told(backtest, language), "report": backtest.report})


def _state(backtest: Backtest) -> BacktestState:
    if backtest.cancelled_at is not None:
        return BacktestState.CANCELLED
    if backtest.failed_at is not None:
        return BacktestState.FAILED
    return BacktestState.RUNNING if backtest.ended_at is None else BacktestState.ENDED


def _told(backtest: Backtest, language: Language) -> dict[str, Any]:
    return {
        "id": backtest.id,
        "state": _state(backtest),
        "since": backtest.period.since,
        "until": backtest.period.until,
        "horizon_days": backtest.period.horizon.days,
        "rules": None if backtest.rules is None else backtest.rules.version,
        "left_out": sorted(backtest.left_out),
        "sample": backtest.sample,
        "enterprises": backtest.enterprises,
        "judged": backtest.judged,
        "asked": SignatureRead(by=backtest.asked_by, at=backtest.asked_at),
        "ended_at": backtest.ended_at,
        "cancelled_by": backtest.cancelled_by,
        "failed_at": backtest.failed_at,
        "failure": FailureRead.of(backtest.failure, language),
    }
