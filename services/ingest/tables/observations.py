"""Observations: a table per feed, its columns as its contract has them; nothing in it is edited.

When a version was learned, and from whom, its import says (`import_no`). Keys to other tables
are not declared, for a check per row costs more than the row: nothing is ever deleted there.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

from services.ingest.domain.contract import Column as Promised
from services.ingest.domain.contract import FeedContract, Kind, Target
from services.ingest.domain.feeds import FEEDS
from services.ingest.tables.base import METADATA

_LARGEST_INTEGER: Final = 2**31 - 1


def _integer(column: Promised) -> TypeEngine[Any]:
    bounds = (column.minimum, column.maximum)
    small = all(isinstance(each, int) and abs(each) <= _LARGEST_INTEGER for each in bounds)
    return Integer() if small else BigInteger()


_TYPES: Final[Mapping[Kind, Callable[[Promised], TypeEngine[Any]]]] = {
    **dict.fromkeys(Kind, lambda _column: Text()),
    Kind.DATE: lambda _column: Date(),
    Kind.MONTH: lambda _column: Date(),
    Kind.TIMESTAMP: lambda _column: DateTime(timezone=True),
    Kind.INTEGER: _integer,
    Kind.CNY: lambda _column: Numeric(20, 2),
}


def type_of(column: Promised) -> TypeEngine[Any]:
    """Return how PostgreSQL keeps a column; a month is its first day."""
    return _TYPES[column.kind](column)


def table_name(feed: str) -> str:
    """Name the table of a feed."""
    return f"observations_{feed}"


def _table(contract: FeedContract) -> Table:
    by_name = {column.name: column for column in contract.columns}
    period = type_of(contract.period)
    return Table(
        table_name(contract.name),
        METADATA,
        Column("enterprise_id", Integer, nullable=False, autoincrement=False),
        Column("period", Text(collation="C") if isinstance(period, Text) else period),
        Column("import_no", Integer, nullable=False),
        Column("version", SmallInteger, nullable=False, autoincrement=False),
        Column("withdrawn", Boolean, nullable=False),
        *(Column(name, type_of(by_name[name])) for name in contract.measured),
        # A new period is appended; whoever asks for an enterprise skips from period to period.
        PrimaryKeyConstraint("period", "enterprise_id", "version"),
        CheckConstraint("version > CASE WHEN withdrawn THEN 1 ELSE 0 END", name="version"),
    )


OBSERVATIONS: Final[Mapping[str, Table]] = MappingProxyType(
    {
        contract.name: _table(contract)
        for contract in FEEDS.values()
        if contract.target is Target.OBSERVATIONS
    }
)
