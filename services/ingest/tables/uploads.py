"""Files that come in pieces: what they are to become when they are whole."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    Table,
    Text,
    Uuid,
    func,
)

from services.ingest.tables.base import METADATA

UPLOADS = Table(
    "uploads",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("feed", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("mapping", Text),
    Column("mapping_version", Integer),
    Column("contract_version", Text),
    Column("dry_run", Boolean, nullable=False),
    Column("reject_above", Float),
    Column("length", BigInteger, nullable=False),
    Column("sha256", Text),
    # Real time, as leases are: when it began, not when its rows are of.
    Column("begun_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("import_id", Uuid, ForeignKey("ingest.imports.id")),
    Column("replaces_period", Text),
    CheckConstraint("length > 0", name="length"),
)
