"""Rows that wait for the register: which do, their states, what is kept to be read once more."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.fates import Fate, Held, Settlement, is_older
from services.ingest.domain.rows import Key, Row
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


def quarantine(
    rows: Sequence[Row], newest: Mapping[Key, Held], *, awaited: datetime | None = None
) -> Settlement:
    """Decide rows that wait for the register, against what waits already of their keys.

    A row that says the same as the newest before it need not wait beside it: it is a duplicate.
    Unless that was received before something that is `awaited`, as in `settle`: then both wait.
    """
    said = dict(newest)
    fates: dict[int, Fate] = {}
    waiting: list[Row] = []
    for row in rows:
        last = said.get(row.key)
        if last is not None and last.says(row.content) and not is_older(last, awaited):
            fates[row.index] = Fate.DUPLICATE
            continue
        fates[row.index] = Fate.QUARANTINED
        waiting.append(row)
        said[row.key] = Held(0, row.content)
    return Settlement(fates, (), tuple(waiting))
