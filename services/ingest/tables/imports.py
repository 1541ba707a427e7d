"""Imports, what was wrong with their rows, what dry runs saw; the mappings of agencies."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.ingest.tables.base import METADATA

_AWAITED = "(due_at IS NOT NULL OR state = 'failed') AND NOT dry_run"
IS_AWAITED = text(_AWAITED)
"""An import whose rows may still be recorded, as the index has it."""

IMPORTS = Table(
    "imports",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("feed", Text, nullable=False),
    Column("contract_version", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("content_sha256", Text, nullable=False),
    Column("content_bytes", BigInteger, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("superseding", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("quarantined", Integer, nullable=False, server_default="0"),
    Column("kind", Text, nullable=False, server_default="batch"),
    # Of files alone: what was sent, and what it turned out to be.
    Column("filename", Text),
    Column("format", Text),
    Column("encoding", Text),
    Column("members", ARRAY(Text), nullable=False, server_default="{}"),
    Column("mapping", Text),
    Column("mapping_version", Integer),
    Column("dry_run", Boolean, nullable=False, server_default=false()),
    # Percent of rows: with more that the contract rejects, nothing is taken.
    Column("reject_above", Float),
    # How many rows the file has; how many reasons were noted; what was left out, and why.
    Column("total", Integer),
    Column("errors", Integer, nullable=False, server_default="0"),
    Column("unknowns", JSONB, nullable=False, server_default="[]"),
    Column("finished_at", DateTime(timezone=True)),
    Column("repeats", Uuid, ForeignKey("ingest.imports.id")),
    Column("trace", Text),
    # The period that it takes back or replaces, why, and how many facts it took back.
    Column("replaces_period", Text),
    Column("reason", Text),
    Column("withdrawn", Integer, nullable=False, server_default="0"),
    # Of what takes effect all at once, at its end: how many rows were gone through by now.
    Column("rows_read", Integer, nullable=False, server_default="0"),
    # Of what nobody sends: the import that took back what hid these facts of the agency's.
    Column("restores", Uuid, ForeignKey("ingest.imports.id")),
    # What observations name it by.
    Column("no", Integer, Identity(always=True), nullable=False),
    # Which worker has it, and when another may take it: real time, as leases are.
    Column("lease", Uuid),
    Column("due_at", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # How often it failed by itself since it last got further, and why it was set aside.
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("failure", Text),
    # Nothing is dropped silently: what came in is in exactly one of the five.
    CheckConstraint(
        "rows = accepted + duplicate + superseding + rejected + quarantined AND "
        "least(accepted, duplicate, superseding, rejected, quarantined) >= 0",
        name="accounting",
    ),
    CheckConstraint("kind IN ('batch', 'file', 'withdrawal', 'restoration')", name="kind"),
    CheckConstraint("(kind = 'restoration') = (restores IS NOT NULL)", name="restores"),
    CheckConstraint("reject_above BETWEEN 0 AND 100", name="reject_above"),
    CheckConstraint(
        "CASE state WHEN 'received' THEN kind = 'file' AND rows = 0 "
        "WHEN 'validating' THEN kind = 'file' AND (dry_run OR rows = 0) "
        "WHEN 'committing' THEN kind = 'file' AND NOT dry_run "
        "WHEN 'completed' THEN rejected = 0 AND rows > 0 "
        "WHEN 'completed_with_errors' THEN rejected > 0 AND rejected < rows "
        "WHEN 'rejected' THEN rejected = rows "
        "WHEN 'cancelled' THEN kind = 'file' WHEN 'failed' THEN kind = 'file' ELSE false END",
        name="state",
    ),
    CheckConstraint(
        "(finished_at IS NOT NULL) = (state NOT IN ('received', 'validating', 'committing'))",
        name="finished",
    ),
    CheckConstraint("(due_at IS NULL) = (finished_at IS NOT NULL)", name="due"),
    CheckConstraint("lease IS NULL OR finished_at IS NULL", name="lease"),
    # A file ends with its last row, or it has not ended.
    CheckConstraint(
        "state NOT IN ('completed', 'completed_with_errors') OR kind <> 'file' OR rows = total",
        name="whole",
    ),
    CheckConstraint(
        "kind <> 'withdrawal' OR "
        "(replaces_period IS NOT NULL AND reason IS NOT NULL AND withdrawn = rows)",
        name="withdrawal",
    ),
    CheckConstraint(
        "(failure IS NOT NULL) = (state = 'failed') AND (failure IS NULL OR failures > 0)",
        name="failure",
    ),
    CheckConstraint("(mapping IS NULL) = (mapping_version IS NULL)", name="mapping"),
    UniqueConstraint("no"),
    UniqueConstraint("restores", "agency"),
    Index("ix_imports_agency", "agency", "id"),
    Index("ix_imports_content", "agency", "feed", "content_sha256", "id"),
    Index("ix_imports_received", "feed", "received_at"),
    Index("ix_imports_awaited", "feed", "received_at", postgresql_where=text(_AWAITED)),
    Index("ix_imports_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
)

MAPPINGS = Table(
    "mappings",
    METADATA,
    Column("agency", Text(collation="C"), primary_key=True),
    Column("name", Text(collation="C"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("feed", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("version >= 1", name="version"),
)

# What a dry run has seen of its own file; nothing else ever reads it.
TRIAL_VERSIONS = Table(
    "trial_versions",
    METADATA,
    Column("import_id", Uuid, ForeignKey(IMPORTS.c.id), primary_key=True),
    Column("key", Text(collation="C"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("content", JSONB, nullable=False),
)

IMPORT_ERRORS = Table(
    "import_errors",
    METADATA,
    Column("import_id", Uuid, ForeignKey(IMPORTS.c.id), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("row_index", Integer, nullable=False),
    Column("column_name", Text),
    Column("code", Text, nullable=False),
    Column("shown_value", Text),
    Column("params", JSONB, nullable=False),
)
