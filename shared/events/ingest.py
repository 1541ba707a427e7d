"""What ingest says: the register changed, observations were recorded."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import model_validator

from shared.events.base import ColumnarEvent, Subject


class Operation(StrEnum):
    """What a row does to the fact it is about; consumers upsert by version, in any order."""

    RECORD = "record"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


class EnterprisesChanged(ColumnarEvent):
    """Entries of the enterprise register are new or different; the higher version holds."""

    subject: ClassVar[Subject] = Subject("ingest.enterprises.changed.v1")
    columns: ClassVar[tuple[str, ...]] = (
        "uscc",
        "version",
        "name",
        "district",
        "street",
        "industry",
        "status",
        "established_on",
        "registered_capital",
    )

    import_id: UUID
    received_at: datetime
    uscc: tuple[str, ...]
    version: tuple[int, ...]
    name: tuple[str, ...]
    district: tuple[str, ...]
    street: tuple[str | None, ...]
    industry: tuple[str | None, ...]
    status: tuple[str, ...]
    established_on: tuple[date | None, ...]
    registered_capital: tuple[Decimal | None, ...]


class ObservationsRecorded(ColumnarEvent):
    """A feed said something about enterprises in periods, each row a version of one fact.

    `values` maps each measured column of the feed to its list, as long as the rows.
    """

    subject: ClassVar[Subject] = Subject("ingest.observations.recorded.v1")
    columns: ClassVar[tuple[str, ...]] = ("uscc", "period", "operation", "version")

    feed: str
    import_id: UUID
    received_at: datetime
    uscc: tuple[str, ...]
    period: tuple[str, ...]
    operation: tuple[Operation, ...]
    version: tuple[int, ...]
    values: dict[str, tuple[int | Decimal | str | None, ...]]

    @model_validator(mode="after")
    def _values_are_as_long_as_rows(self) -> "ObservationsRecorded":
        for name, column in self.values.items():
            if len(column) != len(self.uscc):
                raise ValueError(
                    f"column {name} has {len(column)} values for {len(self.uscc)} rows"
                )
        return self


EVENTS = (EnterprisesChanged, ObservationsRecorded)
