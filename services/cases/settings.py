"""What an operator may tune in `cases`."""

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class CasesSettings(ServiceSettings):
    """Read from CASES_*, e.g. CASES_DATABASE__URL."""

    model_config = SettingsConfigDict(env_prefix="CASES_")
