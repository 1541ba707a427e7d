"""What an operator may tune in scoring."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import Duration, ServiceSettings


class ScoringSettings(ServiceSettings):
    """Read from SCORING_*, e.g. SCORING_DATABASE__URL."""

    model_config = SettingsConfigDict(env_prefix="SCORING_")

    sweep_every: Duration = Field(
        default=timedelta(seconds=5),
        description="How often to look for standing enterprises that today has not judged yet.",
    )
    try_every: Duration = Field(
        default=timedelta(seconds=2),
        description="How often to look for rule sets that wait to be tried on history.",
    )
    backtest_every: Duration = Field(
        default=timedelta(seconds=2),
        description="How often to look for backtests that wait to be worked off.",
    )
    attempts: int = Field(
        default=6,
        ge=1,
        le=100,
        description="How often a part of a backtest, of a trial of rules or of a full judgement may"
        " fail in a row before the whole has failed.",
    )
    list_every: Duration = Field(
        default=timedelta(seconds=30),
        description="How often to look for districts whose list of the week is not made yet.",
    )
    learn_every: Duration = Field(
        default=timedelta(seconds=2),
        description="How often to look for models that wait to be trained.",
    )
