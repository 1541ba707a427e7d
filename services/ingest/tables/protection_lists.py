"""What the protection lists say: entries of their editions."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    Table,
    Text,
    Uuid,
)

from services.ingest.tables.base import METADATA
from services.ingest.tables.imports import IMPORTS
from services.ingest.tables.register import ENTERPRISES

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
