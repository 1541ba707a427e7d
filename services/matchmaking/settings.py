"""What an operator may tune in matchmaking."""

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class MatchmakingSettings(ServiceSettings):
    """Read from MATCHMAKING_*, e.g. MATCHMAKING_DATABASE__URL."""

    model_config = SettingsConfigDict(env_prefix="MATCHMAKING_")
