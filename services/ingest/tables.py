"""The tables of the ingest schema: imports, the register, observations, lists, opinions."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.bus.tables import KernelTables
from shared.db import service_metadata

METADATA = service_metadata("ingest")
KERNEL = KernelTables(METADATA)

IMPORTS = Table(
    "imports",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("feed", Text, nullable=False),
    Column("contract_version", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("content_sha256", Text, nullable=False),
    Column("content_bytes", Integer, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("superseding", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("kind", Text, nullable=False, server_default="batch"),
    # Of files alone: what was sent, and what it turned out to be.
    Column("filename", Text),
    Column("format", Text),
    Column("encoding", Text),
    Column("mapping", Text),
    Column("mapping_version", Integer),
    Column("dry_run", Boolean, nullable=False, server_default=false()),
    # How many rows the file has; how many reasons were noted; what was left out, and why.
    Column("total", Integer),
    Column("errors", Integer, nullable=False, server_default="0"),
    Column("unknowns", JSONB, nullable=False, server_default="[]"),
    Column("finished_at", DateTime(timezone=True)),
    Column("repeats", Uuid, ForeignKey("ingest.imports.id")),
    Column("trace", Text),
    # Which worker has it, and when another may take it: real time, as leases are.
    Column("lease", Uuid),
    Column("due_at", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # Nothing is dropped silently: what came in is in exactly one of the four.
    CheckConstraint(
        "rows = accepted + duplicate + superseding + rejected AND "
        "least(accepted, duplicate, superseding, rejected) >= 0",
        name="accounting",
    ),
    CheckConstraint("kind IN ('batch', 'file')", name="kind"),
    CheckConstraint(
        "CASE state WHEN 'received' THEN kind = 'file' AND rows = 0 "
        "WHEN 'validating' THEN kind = 'file' AND (dry_run OR rows = 0) "
        "WHEN 'committing' THEN kind = 'file' AND NOT dry_run "
        "WHEN 'completed' THEN rejected = 0 AND rows > 0 "
        "WHEN 'completed_with_errors' THEN rejected > 0 AND rejected < rows "
        "WHEN 'rejected' THEN rejected = rows "
        "WHEN 'cancelled' THEN kind = 'file' ELSE false END",
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
        "state NOT IN ('completed', 'completed_with_errors') OR kind = 'batch' OR rows = total",
        name="whole",
    ),
    CheckConstraint("(mapping IS NULL) = (mapping_version IS NULL)", name="mapping"),
    Index("ix_imports_agency", "agency", "id"),
    Index("ix_imports_content", "agency", "feed", "content_sha256", "id"),
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


# Credit codes compare by byte everywhere: that is the order in which imports lock.
ENTERPRISES = Table(
    "enterprises",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("uscc", Text(collation="C"), nullable=False),
    Column("version", Integer, nullable=False),
    *_said_of_enterprise(),
    UniqueConstraint("uscc"),
    Index("ix_enterprises_district", "district", "uscc"),
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
)

OBSERVATIONS = Table(
    "observations",
    METADATA,
    Column("feed", Text, primary_key=True),
    Column("enterprise_id", BigInteger, ForeignKey(ENTERPRISES.c.id), primary_key=True),
    Column("period", Text(collation="C"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("operation", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("import_id", Uuid, ForeignKey(IMPORTS.c.id), nullable=False),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("(version = 1) = (operation = 'record')", name="operation"),
)

PROTECTION_LIST_ENTRIES = Table(
    "protection_list_entries",
    METADATA,
    Column("list_kind", Text(collation="C"), primary_key=True),
    Column("edition", Text(collation="C"), primary_key=True),
    Column("enterprise_id", BigInteger, ForeignKey(ENTERPRISES.c.id), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("reason", Text),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("import_id", Uuid, ForeignKey(IMPORTS.c.id), nullable=False),
    CheckConstraint("version >= 1", name="version"),
)

# One row a text; what it says is in its versions. The id follows from sender and sender's id.
OPINION_ITEMS = Table(
    "opinion_items",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("agency", "item_id"),
    Index("ix_opinion_items_published_at", "published_at", "id"),
)

OPINION_VERSIONS = Table(
    "opinion_versions",
    METADATA,
    Column("item", Uuid, ForeignKey(OPINION_ITEMS.c.id), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("title", Text),
    Column("text", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("url", Text),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("import_id", Uuid, ForeignKey(IMPORTS.c.id), nullable=False),
    CheckConstraint("version >= 1", name="version"),
)

# What is to be matched with the register: new texts, and texts that new names may be in.
OPINIONS_WAITING = Table(
    "opinions_waiting",
    METADATA,
    Column("item", Uuid, ForeignKey(OPINION_ITEMS.c.id), primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Index("ix_opinions_waiting_seq", "seq"),
)

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
)

# Enterprises whose names are new or different, and in which no older text was looked for yet.
NAMES_WAITING = Table(
    "names_waiting",
    METADATA,
    Column("enterprise_id", BigInteger, ForeignKey(ENTERPRISES.c.id), primary_key=True),
)

# What was last read out of a text that mentions somebody; only whoever links writes it.
OPINION_READINGS = Table(
    "opinion_readings",
    METADATA,
    Column("item", Uuid, ForeignKey(OPINION_ITEMS.c.id), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("sketch", LargeBinary, nullable=False),
    Column("cluster", Text(collation="C"), nullable=False),
    Index("ix_opinion_readings_cluster", "cluster"),
    Index("ix_opinion_readings_published_at", "published_at", "item"),
)

# Whom a text mentions, as last stated; a link that no longer holds stays, withdrawn.
OPINION_MENTIONS = Table(
    "opinion_mentions",
    METADATA,
    Column("item", Uuid, ForeignKey(OPINION_ITEMS.c.id), primary_key=True),
    Column("uscc", Text(collation="C"), ForeignKey(ENTERPRISES.c.uscc), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("negative", Boolean, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("announced", Integer),
    Column("announced_share", Double),
    # [[start, end], …]
    Column("places", JSONB, nullable=False),
    Index("ix_opinion_mentions_uscc", "uscc", "published_at", "item"),
)

# Older texts are gone through for new names, some at a time: how far that has come.
OPINION_SEARCHES = Table(
    "opinion_searches",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("usccs", ARRAY(Text), nullable=False),
    Column("after_published_at", DateTime(timezone=True), nullable=False),
    Column("after_item", Uuid),
)

# One row: counts up whenever names have changed, so that a process knows that it must look again.
NAMES_REVISION = Table(
    "names_revision",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="one"),
)
