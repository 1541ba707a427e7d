"""What an operator may tune in ingest."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import SettingsConfigDict

from services.ingest.files.workbook import WorkbookBounds
from shared.settings import Duration, ServiceSettings

_MIB = 1024 * 1024


class FileSettings(BaseModel):
    """Files that agencies send, and how the worker works them off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    body_bytes: int = Field(
        default=2048 * _MIB, ge=1024, description="Bytes of a file at most; the gateway's is alike."
    )
    upload_bytes: int = Field(
        default=8192 * _MIB, ge=1024, description="Bytes of a file that comes in pieces at most."
    )
    at_once: int = Field(
        default=2, ge=1, le=32, description="Files that one worker works off at the same time."
    )
    attempts: int = Field(
        default=6,
        ge=1,
        le=100,
        description="How often working a file off may fail by itself, without getting further, "
        "before it is set aside for a person.",
    )
    inflated_bytes: int = Field(
        default=256 * _MIB, ge=_MIB, description="Bytes of a workbook (XLSX) when it is unpacked."
    )
    unpacked_bytes: int = Field(
        default=2048 * _MIB,
        ge=_MIB,
        description="Bytes of all files of an archive (ZIP), unpacked.",
    )
    memory_bytes: int = Field(
        default=1024 * _MIB,
        ge=128 * _MIB,
        description="Memory of the process that reads one workbook; beside that of the worker.",
    )

    @property
    def bounds(self) -> WorkbookBounds:
        """Return how large what is unpacked may be."""
        return WorkbookBounds(self.inflated_bytes, self.memory_bytes, self.unpacked_bytes)


class IngestSettings(ServiceSettings):
    """Read from INGEST_*, e.g. INGEST_DATABASE__URL."""

    model_config = SettingsConfigDict(env_prefix="INGEST_")

    freshness_every: Duration = Field(
        default=timedelta(hours=1),
        description="How often to look for feeds that have not come in time.",
    )
    files: FileSettings = Field(default=FileSettings(), description="Files that agencies send.")
