"""What an operator may tune in every deployable; built once at the start and passed down."""

import re
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

_DRIVER = "postgresql+psycopg"
_NUMBER = re.compile(r"\d+(\.\d+)?")


def _read_seconds(value: object) -> object:
    """Take a bare number from the environment as seconds; leave the rest to pydantic."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    return value


def _check_database_url(url: SecretStr) -> SecretStr:
    """Accept TCP and socket URLs of our driver; never print the URL, which holds the password."""
    try:
        parsed = make_url(url.get_secret_value())
    except ArgumentError:
        raise ValueError("is not a database URL") from None
    if parsed.drivername != _DRIVER:
        raise ValueError(f"must begin with {_DRIVER}://")
    if not parsed.database:
        raise ValueError("names no database")
    return url


Duration = Annotated[
    timedelta, BeforeValidator(_read_seconds), Field(description="Seconds, or ISO 8601: P90D")
]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_check_database_url)]


class Environment(StrEnum):
    """Where the process runs; production refuses what only a demonstration may do."""

    LOCAL = "local"
    PRODUCTION = "production"


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DatabaseSettings(_Group):
    """The service's own schema in PostgreSQL."""

    url: DatabaseUrl = Field(
        description="postgresql+psycopg://user:password@host/db, "
        "or a socket: postgresql+psycopg://user:password@/db?host=/folder"
    )
    pool_size: int = Field(default=5, ge=1, le=200, description="Connections kept per process.")
    pool_overflow: int = Field(
        default=5, ge=0, le=200, description="Connections opened beyond the pool at a peak."
    )
    pool_timeout: Duration = Field(
        default=timedelta(seconds=10), description="How long to wait for a free connection."
    )
    statement_timeout: Duration = Field(
        default=timedelta(seconds=30), description="After this PostgreSQL ends a statement."
    )
    lock_timeout: Duration = Field(
        default=timedelta(seconds=5), description="After this PostgreSQL ends a wait for a lock."
    )
    idle_in_transaction_timeout: Duration = Field(
        default=timedelta(seconds=60),
        description="After this PostgreSQL ends a transaction that does nothing.",
    )


class BusSettings(_Group):
    """NATS JetStream."""

    url: SecretStr = Field(
        default=SecretStr("nats://127.0.0.1:4222"),
        description="nats://[user:password@]host:port; several of one cluster by commas.",
    )
    ca_file: Path | None = Field(
        default=None,
        description="Whoever signed the servers' certificates (PEM); the system's own by default.",
    )
    replicas: int = Field(
        default=1, ge=1, le=5, description="Copies of every stream: 3 on a cluster of three nodes."
    )
    stream_bytes: int = Field(
        default=512 * 1024 * 1024,
        ge=1024 * 1024,
        description="Bytes that each stream may hold before it refuses more.",
    )

    def servers(self) -> list[str]:
        """List the addresses of the cluster."""
        return [part.strip() for part in self.url.get_secret_value().split(",") if part.strip()]


class KeySettings(_Group):
    """What signs the identity of a hop, and whose signatures count."""

    private_key_file: Path | None = Field(
        default=None, description="Own Ed25519 key (JWK), to sign with."
    )
    trust_file: Path | None = Field(
        default=None, description="Public keys (JWK set) of those whose signatures count."
    )


class ListenSettings(_Group):
    """Where the API answers."""

    host: str = Field(default="127.0.0.1", description="Address to bind.")
    port: int = Field(default=8000, ge=0, le=65535, description="TCP port; 0 takes a free one.")


class TelemetrySettings(_Group):
    """Where traces, metrics and logs go."""

    service_name: str | None = Field(
        default=None, description="Name in traces and logs; the deployable's own by default."
    )
    otlp_endpoint: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="OTLP/HTTP collector, such as http://collector:4318; before `traces_file`.",
    )
    traces_file: Path | None = Field(
        default=None, description="Spans as JSON Lines in this file, when there is no collector."
    )
    traces_file_max_bytes: int = Field(
        default=64 * 1024 * 1024,
        ge=64 * 1024,
        description="Bytes at which the file of spans is renamed to *.1 and begun anew.",
    )
    metrics_host: str = Field(
        default="127.0.0.1", description="Address to bind for `metrics_port`."
    )
    metrics_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="TCP port on which Prometheus reads /metrics, apart from the API's; "
        "unset: nobody does.",
    )
    log_level: str = Field(
        default="INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="Least severe log line written.",
    )

    @property
    def measures(self) -> bool:
        """Say whether anybody is told what the process measures."""
        return self.metrics_port is not None or self.otlp_endpoint is not None


class BlobSettings(_Group):
    """Where files that people sent are kept."""

    root: Path = Field(
        default=Path(".wengang/blobs"), description="Folder of the content-addressed store."
    )


class ClockSettings(_Group):
    """Business time: due dates, decay, validity."""

    replay_file: Path | None = Field(
        default=None,
        description="File with an ISO 8601 instant that stands for now, for a demonstration; "
        "refused in production.",
    )


class ReconcileSettings(_Group):
    """Sending again what a consumer never confirmed."""

    grace: Duration = Field(
        default=timedelta(seconds=60),
        description="How long a fact may be under way before it is sent again.",
    )


class RetentionSettings(_Group):
    """How long transport keeps its records; business data has its own rules."""

    event_log: Duration = Field(
        default=timedelta(days=90), description="How long a stated fact stays re-sendable."
    )
    inbox: Duration = Field(
        default=timedelta(days=90),
        description="How long a consumer remembers what it has seen; never less than `event_log`.",
    )

    @model_validator(mode="after")
    def _inbox_outlives_event_log(self) -> Self:
        # Otherwise the reconciler would send again what the consumer no longer recognises.
        if self.inbox < self.event_log:
            raise ValueError("inbox must be kept at least as long as event_log")
        return self


class ServiceSettings(BaseSettings):
    """What every deployable reads; a subclass sets `env_prefix`, e.g. CASES_DATABASE__URL."""

    # What was given may be a secret in the wrong place: an error names the setting alone.
    model_config = SettingsConfigDict(
        env_nested_delimiter="__", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    environment: Environment = Field(default=Environment.LOCAL, description="local or production.")
    database: DatabaseSettings = Field(description="The service's own schema in PostgreSQL.")
    bus: BusSettings = Field(default=BusSettings(), description="NATS JetStream.")
    keys: KeySettings = Field(
        default=KeySettings(), description="Keys of the identity that is signed per hop."
    )
    listen: ListenSettings = Field(default=ListenSettings(), description="Where the API answers.")
    telemetry: TelemetrySettings = Field(
        default=TelemetrySettings(), description="Where traces, metrics and logs go."
    )
    blobs: BlobSettings = Field(default=BlobSettings(), description="Where files are kept.")
    clock: ClockSettings = Field(default=ClockSettings(), description="Business time.")
    reconcile: ReconcileSettings = Field(
        default=ReconcileSettings(), description="Sending again what was never confirmed."
    )
    retention: RetentionSettings = Field(
        default=RetentionSettings(), description="How long transport keeps its records."
    )

    @model_validator(mode="after")
    def _production_lives_in_real_time(self) -> Self:
        if self.environment is Environment.PRODUCTION and self.clock.replay_file is not None:
            raise ValueError("production refuses a replay clock: unset CLOCK__REPLAY_FILE")
        return self
