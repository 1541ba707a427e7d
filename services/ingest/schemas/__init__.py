"""What ingest answers of its feeds."""

from datetime import date
from typing import Any, Self

from pydantic import BaseModel, Field

from services.ingest.domain.contract import (
    WRITTEN,
    Column,
    FeedContract,
    Kind,
    OnError,
    Wording,
)
from services.ingest.domain.feeds import VERSIONS
from services.ingest.domain.json_schema import batch_schema
from shared.messages import Language


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


class VersionRead(BaseModel):
    """A version of a feed's contract; a deprecated one is taken until its last day."""

    version: str
    deprecated_on: date | None
    sunset_on: date | None


class FeedRead(FeedSummary):
    """A feed with its contract."""

    usage: str
    freshness_working_days: int | None = Field(
        description="How many working days the sender has; none where silence is usual."
    )
    freshness_after: str | None = Field(
        description="After the end of the period in this column; without one, after the last push."
    )
    versions: tuple[VersionRead, ...] = Field(description="Those that are taken, oldest first.")
    legal_basis: tuple[str, ...]
    on_error: OnError
    reject_above: float | None = Field(
        description="Percent of bad rows above which a file is refused as a whole, unless it says "
        "itself; without it the good rows are taken."
    )
    key: tuple[str, ...]
    columns: tuple[ColumnRead, ...]
    batch_schema: dict[str, Any] = Field(description="JSON Schema of the body of a batch.")

    @classmethod
    def of(cls, contract: FeedContract, language: Language) -> Self:
        """Tell all of a contract."""
        return cls(
            **_summary(contract, language),
            usage=_in(language, contract.usage),
            freshness_working_days=contract.freshness and contract.freshness.working_days,
            freshness_after=contract.freshness and contract.freshness.element,
            versions=tuple(
                VersionRead(
                    version=each.version,
                    deprecated_on=each.deprecated_on,
                    sunset_on=each.sunset_on,
                )
                for each in VERSIONS[contract.name]
            ),
            legal_basis=tuple(_in(language, law) for law in contract.legal_basis),
            on_error=contract.on_error,
            reject_above=contract.reject_above,
            key=contract.key,
            columns=tuple(ColumnRead.of(column, language) for column in contract.columns),
            batch_schema=batch_schema(contract),
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


def _in(language: Language, wording: Wording) -> str:
    return wording.en if language is Language.EN else wording.zh
