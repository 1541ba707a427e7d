"""What an operator may tune in `cases`."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import Duration, ServiceSettings


class CasesSettings(ServiceSettings):
    """Read from CASES_*, e.g. CASES_DATABASE__URL."""

    model_config = SettingsConfigDict(env_prefix="CASES_")

    sweep_every: Duration = Field(
        default=timedelta(seconds=5),
        description="How often to look for clocks that have run low or run out.",
    )
