"""What an operator may tune in ingest."""

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class IngestSettings(ServiceSettings):
    """Read from INGEST_*, e.g. INGEST_DATABASE__URL."""

    model_config = SettingsConfigDict(env_prefix="INGEST_")
