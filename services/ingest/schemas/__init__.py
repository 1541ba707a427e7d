"""What ingest answers: feeds, imports and their errors, entries of the register."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from services.ingest.domain.contract import (
    WRITTEN,
    Column,
    FeedContract,
    Kind,
    OnError,
    Wording,
)
from services.ingest.domain.fates import State
from services.ingest.domain.json_schema import batch_schema
from services.ingest.domain.rows import Fault
from services.ingest.domain.values import names_in
from services.ingest.handlers.imports import Outcome
from services.ingest.store.imports import Import
from services.ingest.store.register import Enterprise
from shared.calendar import SHANGHAI
from shared.codes.divisions import district
from shared.districts import DistrictQuery
from shared.messages import Language, say


class FeedSummary(BaseModel):
    """A feed in a list; texts are in the language of the request."""

    name: str
    version: str
    title: str
    owner: str
    purpose: str
    cadence: str = Field(description="How often it comes: a duration, such as P1M for monthly.")
    classification: str

    @classmethod
    def of(cls, contract: FeedContract, language: Language) -> Self:
        """Tell of a contract."""
        return cls(**_summary(contract, language))


class ColumnRead(BaseModel):
    """A column of a feed."""

    name: str
    kind: Kind
    title: str
    description: str
    required: bool
    minimum: int | str | None
    maximum: int | str | None
    max_length: int | None
    choices: tuple[str, ...]
    examples: tuple[str, ...]

    @classmethod
    def of(cls, column: Column, language: Language) -> Self:
        """Tell of a column."""
        return cls(
            name=column.name,
            kind=column.kind,
            title=_in(language, column.title),
            description=_in(language, column.description),
            required=column.required,
            minimum=column.minimum,
            maximum=column.maximum,
            max_length=column.max_length if column.kind in WRITTEN else None,
            choices=column.choices,
            examples=column.examples,
        )


class FeedRead(FeedSummary):
    """A feed with its contract."""

    usage: str
    legal_basis: tuple[str, ...]
    on_error: OnError
    key: tuple[str, ...]
    columns: tuple[ColumnRead, ...]
    batch_schema: dict[str, Any] = Field(description="JSON Schema of the body of a batch.")

    @classmethod
    def of(cls, contract: FeedContract, language: Language) -> Self:
        """Tell all of a contract."""
        return cls(
            **_summary(contract, language),
            usage=_in(language, contract.usage),
            legal_basis=tuple(_in(language, law) for law in contract.legal_basis),
            on_error=contract.on_error,
            key=contract.key,
            columns=tuple(ColumnRead.of(column, language) for column in contract.columns),
            batch_schema=batch_schema(contract),
        )


class CountsRead(BaseModel):
    """What became of the rows: rows = accepted + duplicate + superseding + rejected."""

    model_config = ConfigDict(from_attributes=True)

    rows: int
    accepted: int
    duplicate: int
    superseding: int
    rejected: int


class ImportErrorRead(BaseModel):
    """Why a row was not taken; rows count from 0, as the pointer does."""

    row: int
    pointer: str
    column: str | None
    code: str
    message: str
    value: str | None = Field(description="What stood there, shortened and made printable.")

    @classmethod
    def of(cls, fault: Fault, language: Language) -> Self:
        """Put a fault into words."""
        return cls(
            row=fault.row,
            pointer=fault.pointer,
            column=fault.column,
            code=fault.code,
            message=say(f"validation.{fault.code}", language, **fault.values),
            value=fault.value,
        )


class ImportSummary(BaseModel):
    """An import in a list."""

    id: UUID
    feed: str
    contract_version: str
    agency: str
    state: State
    received_at: datetime
    content_sha256: str
    content_bytes: int
    counts: CountsRead

    @classmethod
    def of(cls, taken: Import) -> Self:
        """Tell of an import."""
        return cls(**_import(taken))


class ImportRead(ImportSummary):
    """An import with its first errors; all of them are at /v1/imports/{id}/errors."""

    errors: list[ImportErrorRead]
    more_errors: bool
    repeated: bool = Field(
        description="The same content had been taken before: this is the import that took it."
    )

    @classmethod
    def told(cls, outcome: Outcome, language: Language) -> Self:
        """Tell a sender what became of a batch."""
        return cls(
            **_import(outcome.taken),
            errors=[ImportErrorRead.of(fault, language) for fault in outcome.faults],
            more_errors=outcome.more_faults,
            repeated=outcome.repeated,
        )


@dataclass(frozen=True)
class EnterpriseQuery:
    """Which entries of the register a client asks for."""

    q: Annotated[str | None, Query(max_length=100, description="Part of the name.")] = None
    district: DistrictQuery = None
    status: Annotated[str | None, Query(max_length=20)] = None


class EnterpriseRead(BaseModel):
    """An entry of the register as it stands."""

    uscc: str
    version: int
    name: str
    district: str
    district_name: str
    street: str | None
    industry: str | None
    status: str
    established_on: date | None
    registered_capital: Decimal | None = Field(description="CNY.")
    short_names: tuple[str, ...]

    @classmethod
    def of(cls, enterprise: Enterprise, language: Language) -> Self:
        """Tell of an entry."""
        place = district(enterprise.district)
        return cls(
            **{**vars(enterprise), "short_names": names_in(enterprise.short_names)},
            district_name=place.english if language is Language.EN else place.name,
        )


def _summary(contract: FeedContract, language: Language) -> dict[str, Any]:
    return {
        "name": contract.name,
        "version": contract.version,
        "title": _in(language, contract.title),
        "owner": _in(language, contract.owner),
        "purpose": _in(language, contract.purpose),
        "cadence": contract.cadence,
        "classification": contract.classification,
    }


def _import(taken: Import) -> dict[str, Any]:
    at = taken.received_at.astimezone(SHANGHAI)
    return {**vars(taken), "received_at": at, "state": taken.counts.state}


def _in(language: Language, wording: Wording) -> str:
    return wording.en if language is Language.EN else wording.zh
