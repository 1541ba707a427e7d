"""The enterprise register: entries, their versions, names that people add."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from services.ingest.tables.base import METADATA
from services.ingest.tables.imports import IMPORTS
from shared.sight import case_places


def _said_of_enterprise() -> list[Column[object]]:
    """Return the columns that both the register and its history have."""
    return [
        Column("name", Text, nullable=False),
        Column("district", Text, nullable=False),
        Column("street", Text),
        Column("industry", Text),
        Column("status", Text, nullable=False),
        Column("established_on", Date),
        Column("registered_capital", Numeric(20, 2)),
        Column("short_names", Text),
    ]


# PostgreSQL's own name of the numbers of an identity column.
ENTERPRISE_NUMBERS = Sequence("enterprises_id_seq", schema=METADATA.schema)

# Credit codes compare by byte everywhere: that is the order in which imports lock.
ENTERPRISES = Table(
    "enterprises",
    METADATA,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("uscc", Text(collation="C"), nullable=False),
    Column("version", Integer, nullable=False),
    *_said_of_enterprise(),
    UniqueConstraint("uscc"),
    Index("ix_enterprises_district", "district", "uscc"),
    Index("ix_enterprises_name", "name"),
)

ENTERPRISE_VERSIONS = Table(
    "enterprise_versions",
    METADATA,
    Column("enterprise_id", BigInteger, ForeignKey(ENTERPRISES.c.id), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    *_said_of_enterprise(),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("import_id", Uuid, ForeignKey(IMPORTS.c.id), nullable=False),
    CheckConstraint("version >= 1", name="version"),
    Index("ix_enterprise_versions_name", "name"),
)

# Where the cases of enterprises lie, as `cases` states it: who sees an entry.
CASE_PLACES = case_places(METADATA)

# Names that people of the city add, in the order in which they are shown.
ENTERPRISE_ALIASES = Table(
    "enterprise_aliases",
    METADATA,
    Column("enterprise_id", BigInteger, ForeignKey(ENTERPRISES.c.id), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("alias", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("enterprise_id", "alias"),
    CheckConstraint("char_length(alias) >= 2", name="alias"),
    Index("ix_enterprise_aliases_alias", "alias"),
)

# Every version of what is known of one enterprise going on as another.
SUCCESSIONS = Table(
    "successions",
    METADATA,
    Column("predecessor_id", BigInteger, ForeignKey(ENTERPRISES.c.id), primary_key=True),
    Column("successor_id", BigInteger, ForeignKey(ENTERPRISES.c.id), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("reference", Text),
    Column("withdrawn", Boolean, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("predecessor_id <> successor_id", name="two_enterprises"),
    CheckConstraint("kind IN ('merger', 'division', 'code_change')", name="kind"),
    CheckConstraint("NOT withdrawn OR version > 1", name="withdrawn"),
    Index("ix_successions_successor_id", "successor_id"),
)

# Enterprises whose names are new or different, and in which no older text was looked for yet.
NAMES_WAITING = Table(
    "names_waiting",
    METADATA,
    Column("enterprise_id", BigInteger, ForeignKey(ENTERPRISES.c.id), primary_key=True),
)

# One row: counts up whenever names have changed, so that a process knows that it must look again.
NAMES_REVISION = Table(
    "names_revision",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="one"),
)
