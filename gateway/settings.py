"""What an operator may tune in the gateway."""

from datetime import timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from gateway.console.settings import ConsoleSettings
from shared.settings import Duration, Environment, ServiceSettings

_HTTP = r"^https?://[^/?#]"


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IdentitySettings(_Group):
    """The OpenID provider that says who somebody is, and the gateway's client there."""

    issuer: str = Field(
        pattern=_HTTP, description="The provider's issuer, letter by letter as it calls itself."
    )
    client_id: str = Field(
        default="gateway", min_length=1, description="The client that introspects opaque tokens."
    )
    client_secret: SecretStr = Field(description="Its secret.")
    cli_client_id: str = Field(
        default="cli",
        min_length=1,
        description="The public client by which people sign in from the command line.",
    )
    audience: str | None = Field(
        default=None,
        description="What `aud` of an access token must contain; the client id by default.",
    )
    introspection_cache: Duration = Field(
        default=timedelta(seconds=30),
        le=timedelta(minutes=5),
        description="How long the provider's word about a token is believed.",
    )
    timeout: Duration = Field(
        default=timedelta(seconds=5), description="How long to wait for the provider."
    )

    @property
    def expected_audience(self) -> str:
        """Return what the `aud` of an access token must contain."""
        return self.audience or self.client_id


class UpstreamSettings(_Group):
    """Where the services answer."""

    ingest: str = Field(default="http://ingest:8000", pattern=_HTTP, description="API of ingest.")
    scoring: str = Field(
        default="http://scoring:8000", pattern=_HTTP, description="API of scoring."
    )
    cases: str = Field(default="http://cases:8000", pattern=_HTTP, description="API of cases.")
    matchmaking: str = Field(
        default="http://matchmaking:8000", pattern=_HTTP, description="API of matchmaking."
    )
    timeout: Duration = Field(
        default=timedelta(seconds=30), description="How long to wait for a service."
    )
    patience: Duration = Field(
        default=timedelta(minutes=15),
        description="How long to wait where millions of rows change in one transaction.",
    )
    connections: int = Field(
        default=100, ge=1, le=10_000, description="Connections to one service at most."
    )

    def addresses(self) -> dict[str, str]:
        """Map each service to its address."""
        return {
            "ingest": self.ingest,
            "scoring": self.scoring,
            "cases": self.cases,
            "matchmaking": self.matchmaking,
        }


class LimitSettings(_Group):
    """How fast one principal may ask, per replica."""

    per_second: float = Field(
        default=50.0, gt=0, le=100_000, description="Requests a second in the long run."
    )
    burst: int = Field(default=300, ge=1, le=1_000_000, description="Requests at once.")
    body_bytes: int = Field(
        default=1024 * 1024, ge=1024, description="Bytes of a request's body at most."
    )
    body_within: Duration = Field(
        default=timedelta(seconds=15), description="Within this a request's body must have come."
    )
    upload_bytes: int = Field(
        default=2048 * 1024 * 1024, ge=1024, description="Bytes of a file that is sent, at most."
    )
    upload_progress_bytes: int = Field(
        default=64 * 1024,
        ge=1,
        description="Bytes of a file that must come within each `body_within`.",
    )
    uploads: int = Field(
        default=16, ge=1, le=10_000, description="Files that may be on their way at once, in all."
    )
    uploads_each: int = Field(
        default=4, ge=1, le=10_000, description="Files that one principal may send at once."
    )
    streams: int = Field(
        default=50, ge=1, le=10_000, description="Streams of events that may be open, in all."
    )
    streams_each: int = Field(
        default=5, ge=1, le=10_000, description="Streams of events of one principal."
    )


class GatewaySettings(ServiceSettings):
    """Read from GATEWAY_*, e.g. GATEWAY_DATABASE__URL."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_")

    public_url: str = Field(
        default="http://127.0.0.1:8000",
        pattern=_HTTP,
        description="Where people reach the gateway from outside.",
    )
    identity: IdentitySettings | None = Field(
        default=None, description="The OpenID provider; the API does not start without."
    )
    console: ConsoleSettings | None = Field(
        default=None, description="The officers' console; not served without."
    )
    upstreams: UpstreamSettings = Field(
        default=UpstreamSettings(), description="Where the services answer."
    )
    limits: LimitSettings = Field(
        default=LimitSettings(), description="How fast one principal may ask, per replica."
    )

    @model_validator(mode="after")
    def _production_signs_in_over_tls(self) -> Self:
        insecure = self.identity is not None and not self.identity.issuer.startswith("https://")
        if self.environment is Environment.PRODUCTION and insecure:
            raise ValueError("production needs an https issuer: set IDENTITY__ISSUER")
        return self
