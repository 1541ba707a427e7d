"""Rows that wait for the register: their states, and what is kept of them to be read once more."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.rows import Row
from services.ingest.domain.values import Value

Record = Mapping[str, object]


class Waiting(StrEnum):
    """How it stands with a row that came before its enterprise: held, or how it has ended.

    Released: it became what its import would have made of it. Rejected: its contract no longer
    takes it. Withdrawn: by its sender. Expired: the register never brought the enterprise.
    """

    HELD = "held"
    RELEASED = "released"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def record_of(contract: FeedContract, row: Row) -> Record:
    """Return a row as a record of its contract, which reads it as the same row again."""
    said = {**contract.named(row.key), **row.content}
    return {name: _written(value) for name, value in said.items()}


def _written(value: Value) -> int | str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
