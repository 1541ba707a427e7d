"""What ingest answers about imports: their account, their errors, and how a file is sent."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from services.ingest.domain.fates import State
from services.ingest.domain.feeds import sunset_of
from services.ingest.handlers.imports import Outcome
from services.ingest.mapping.proposal.document import Proposal
from services.ingest.schemas.contracts import ContractVersion
from services.ingest.schemas.reasons import ImportErrorRead, UnknownRead
from services.ingest.store.imports import Import
from shared.calendar import SHANGHAI
from shared.messages import Language

_AS_IT_IS = (
    *("id", "kind", "feed", "contract_version", "agency", "state", "content_sha256"),
    *(
        "content_bytes",
        "filename",
        "format",
        "encoding",
        "members",
        "reject_above",
        "dry_run",
        "total",
        "repeats",
        "counts",
    ),
    *("replaces_period", "reason", "withdrawn", "gone_through", "restores"),
)


class CountsRead(BaseModel):
    """What became of the rows, each in one count.

    rows = accepted + duplicate + superseding + rejected + quarantined. Quarantined: the register
    did not know the enterprise when the row came.
    """

    model_config = ConfigDict(from_attributes=True)

    rows: int
    accepted: int
    duplicate: int
    superseding: int
    rejected: int
    quarantined: int


class WaitedRead(BaseModel):
    """The rows that were quarantined, by how it stands with them now."""

    held: int = 0
    released: int = 0
    rejected: int = 0
    withdrawn: int = 0
    expired: int = 0


class ImportSummary(BaseModel):
    """An import in a list."""

    id: UUID
    kind: str = Field(
        description="batch, judged at once; file, worked off afterwards; withdrawal, of a period; "
        "restoration, which nobody sends: what the agency had said stands again."
    )
    feed: str
    contract_version: str
    contract_sunset_on: date | None = Field(
        description="The last day on which this version of the contract is taken, if it has one."
    )
    agency: str
    state: State
    received_at: datetime
    finished_at: datetime | None
    content_sha256: str
    content_bytes: int
    filename: str | None
    format: str | None = Field(description="ndjson, csv, tsv, xlsx, xls or zip, as it turned out.")
    encoding: str | None = Field(
        description="utf-8, gb18030, utf-16-le or utf-16-be, as the file turned out."
    )
    members: list[str] = Field(description="The files in an archive, or the sheets that are read.")
    mapping: str | None = Field(description="name@version of the mapping that reads the file.")
    dry_run: bool = Field(description="Everything is judged, and nothing recorded.")
    reject_above: float | None = Field(
        description="Percent of rows: with more that the contract rejects, nothing is taken."
    )
    error_count: int = Field(description="All reasons; of very many the first 20,000 are kept.")
    total: int | None = Field(description="Rows of the file, once they are counted.")
    repeats: UUID | None = Field(
        description="The import that had taken this content; this one changed nothing."
    )
    replaces_period: str | None = Field(
        description="The period that it replaces as a whole, or takes back."
    )
    reason: str | None = Field(description="Why a whole period was taken back.")
    withdrawn: int = Field(description="Facts that it took back.")
    restores: UUID | None = Field(
        description="Of a restoration, the import by which another agency took back its own facts, "
        "which had hidden these."
    )
    gone_through: int = Field(
        description="Rows that were read and judged. Those of a file that replaces a period are "
        "counted, and take effect, all at once at its end."
    )
    counts: CountsRead

    @classmethod
    def of(cls, taken: Import) -> Self:
        """Tell of an import."""
        return cls(**_import(taken))


class ImportRead(ImportSummary):
    """An import with its first errors; all of them are at /v1/imports/{id}/errors."""

    errors: list[ImportErrorRead]
    more_errors: bool
    quarantine: WaitedRead
    unknowns: list[UnknownRead] = Field(
        description="Values that were left out of rows that were taken, with the reason."
    )
    repeated: bool = Field(
        description="The same content had been taken before: this is the import that took it."
    )

    @classmethod
    def told(cls, outcome: Outcome, language: Language) -> Self:
        """Tell a sender what became of a batch."""
        return cls(
            **_import(outcome.taken),
            errors=[
                ImportErrorRead.of(fault, language, taken=outcome.taken) for fault in outcome.faults
            ],
            more_errors=outcome.more_faults,
            quarantine=WaitedRead.model_validate(outcome.waited),
            unknowns=[
                UnknownRead.of(kind, language, taken=outcome.taken)
                for kind in outcome.taken.unknowns
            ],
            repeated=outcome.repeated,
        )


@dataclass(frozen=True)
class FileQuery:
    """How a file is sent."""

    filename: Annotated[
        str, Query(max_length=200, description="What the sender calls it; it tells the format.")
    ] = ""
    mapping: Annotated[
        str | None,
        Query(max_length=120, description="A mapping of the agency's: name, or name@version."),
    ] = None
    dry_run: Annotated[bool, Query(description="Judge everything, record nothing.")] = False
    contract_version: ContractVersion = None
    reject_above: Annotated[
        float | None,
        Query(
            ge=0,
            le=100,
            description="Percent of rows: with more that the contract rejects, nothing is taken. "
            "Left out, it is what the contract says; 100 takes every good row.",
        ),
    ] = None
    replaces_period: Annotated[
        str | None,
        Query(
            max_length=20,
            description="The file is all that there is of this period: what the agency had said "
            "of it and the file does not name is taken back, all at once.",
        ),
    ] = None


class MappingSummary(BaseModel):
    """A mapping in a list, in its newest version."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    version: int
    feed: str
    saved_at: datetime


class MappingRead(MappingSummary):
    """A version of a mapping, with the document as it was written."""

    document: str


class ReadingRead(BaseModel):
    """A value of a record beside the cell that it was read from."""

    model_config = ConfigDict(from_attributes=True)

    row: int = Field(description="As the sender's program shows it.")
    column: str
    header: str | None = Field(description="The sender's header; null: a constant.")
    cell: str | None
    value: str | None = Field(description="null: nothing stood there, or it could not be read.")


class GuessRead(BaseModel):
    """From which header a column may be read."""

    model_config = ConfigDict(from_attributes=True)

    column: str
    header: str
    confidence: float = Field(description="From 0 to 1: by names and by values.")
    unread: list[str] = Field(description="Values under the header that could not be read.")


class ProposalRead(BaseModel):
    """A first mapping for a file, to be edited by a person; nothing is kept."""

    feed: str
    complete: bool = Field(description="Everything that the feed requires was found.")
    guesses: list[GuessRead]
    missing: list[str] = Field(description="Columns that the feed requires and nothing was like.")
    left_over: list[str] = Field(description="Headers that belong to no column of the feed.")
    document: str = Field(description="The mapping (YAML), with what is to be decided.")

    @classmethod
    def of(cls, proposal: Proposal, document: str) -> Self:
        """Tell of a proposal."""
        return cls(
            feed=proposal.feed,
            complete=proposal.complete,
            guesses=[GuessRead.model_validate(guess) for guess in proposal.guesses],
            missing=list(proposal.missing),
            left_over=list(proposal.left_over),
            document=document,
        )


def _import(taken: Import) -> dict[str, Any]:
    ended = taken.finished_at
    name = taken.mapping
    return {
        **{name: getattr(taken, name) for name in _AS_IT_IS},
        "received_at": taken.received_at.astimezone(SHANGHAI),
        "finished_at": ended and ended.astimezone(SHANGHAI),
        "error_count": taken.errors,
        "contract_sunset_on": sunset_of(taken.feed, taken.contract_version),
        "mapping": None if name is None else f"{name}@{taken.mapping_version}",
    }
