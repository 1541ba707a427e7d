"""What an operator may tune in matchmaking."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import Duration, ServiceSettings


class MatchmakingSettings(ServiceSettings):
    """Read from MATCHMAKING_*, e.g. MATCHMAKING_DATABASE__URL."""

    model_config = SettingsConfigDict(env_prefix="MATCHMAKING_")

    sweep_every: Duration = Field(
        default=timedelta(seconds=5),
        description="How often to look for new candidates, ended authorisations, late answers and "
        "promises of jobs that are due.",
    )
