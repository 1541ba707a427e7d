"""What an operator may tune about the platform on one machine; read from WENGANG_*."""

import os
from pathlib import Path
from typing import Self

from pydantic import AwareDatetime, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_data_dir() -> Path:
    """Return the folder of this user's platform by the XDG convention."""
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "wengang"


class LauncherSettings(BaseSettings):
    """Where the platform keeps its data, and what it uses instead of an embedded part."""

    model_config = SettingsConfigDict(env_prefix="WENGANG_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="Folder of everything that the platform keeps; one platform per folder.",
    )
    port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="Port of the gateway on 127.0.0.1; unset: the last one, or any free one.",
    )
    postgres_url: SecretStr | None = Field(
        default=None,
        description="postgresql://administrator:password@host/database of an own PostgreSQL 18, "
        "where schemas and roles are made; unset: the embedded one.",
    )
    nats_url: SecretStr | None = Field(
        default=None,
        description="nats://user:password@host:port of an own NATS with JetStream, several by "
        "commas; unset: the embedded one.",
    )
    issuer: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="Address of an own OpenID provider; unset: the embedded one.",
    )
    console_client_id: str = Field(
        default="console", description="The console's client at the own OpenID provider."
    )
    console_client_secret: SecretStr | None = Field(
        default=None, description="Its secret; needed with `issuer`."
    )
    gateway_client_id: str = Field(
        default="gateway", description="The client that introspects tokens at the own provider."
    )
    gateway_client_secret: SecretStr | None = Field(
        default=None, description="Its secret; needed with `issuer`."
    )
    cli_client_id: str = Field(
        default="cli", description="The command line's public client at the own provider."
    )

    at: AwareDatetime | None = Field(
        default=None,
        description="Instant (ISO 8601 with a time zone) at which business time stands still, for "
        "a demonstration; `wengang clock` moves it. Unset: real time.",
    )
    principals: Path | None = Field(
        default=None,
        description="With an own provider: TOML file of the officers, agencies and banks that the "
        "platform shall know, in the layout of launcher/principals.toml.",
    )

    @model_validator(mode="after")
    def _an_own_issuer_needs_secrets(self) -> Self:
        if self.issuer and not (self.console_client_secret and self.gateway_client_secret):
            raise ValueError(
                "WENGANG_ISSUER needs WENGANG_CONSOLE_CLIENT_SECRET and "
                "WENGANG_GATEWAY_CLIENT_SECRET"
            )
        return self
