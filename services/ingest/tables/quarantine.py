"""Rows that wait until the register knows their enterprises, and what became of them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.ingest.tables.base import METADATA
from services.ingest.tables.imports import IMPORTS
from services.ingest.tables.register import ENTERPRISES

_HELD = text("state = 'held'")
_UNKNOWN = text("state = 'held' AND enterprise_id IS NULL")
_DUE = text("state = 'held' AND enterprise_id IS NOT NULL")

# In the order of `received_at`, then of `id`, they are released. `enterprise_id` is the mark that
# the register has caught up; what a row said goes when it has ended.
QUARANTINE = Table(
    "quarantine",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("feed", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("import_id", Uuid, ForeignKey(IMPORTS.c.id), nullable=False),
    Column("row_index", Integer, nullable=False),
    Column("uscc", Text(collation="C"), nullable=False),
    Column("key", ARRAY(Text(collation="C")), nullable=False),
    Column("record", JSONB(none_as_null=True)),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("enterprise_id", BigInteger, ForeignKey(ENTERPRISES.c.id)),
    Column("state", Text, nullable=False),
    Column("fate", Text),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint(
        "state IN ('held', 'released', 'rejected', 'withdrawn', 'expired')", name="state"
    ),
    CheckConstraint("(state = 'held') = (ended_at IS NULL)", name="ended"),
    CheckConstraint("(state = 'held') = (record IS NOT NULL)", name="record"),
    CheckConstraint("(state = 'released') = (fate IS NOT NULL)", name="released"),
    CheckConstraint("fate IN ('accepted', 'duplicate', 'superseding')", name="fate"),
    Index("ix_quarantine_newest", "feed", "key", "id", postgresql_where=_HELD),
    Index("ix_quarantine_unknown", "uscc", postgresql_where=_UNKNOWN),
    Index("ix_quarantine_due", "received_at", "id", postgresql_where=_DUE),
    Index("ix_quarantine_behind", "enterprise_id", "feed", postgresql_where=_DUE),
    Index("ix_quarantine_age", "received_at", postgresql_where=_HELD),
    Index("ix_quarantine_import", "import_id", "id"),
    Index("ix_quarantine_agency", "agency", "id"),
)
