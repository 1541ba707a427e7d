"""Correction tickets: an officer doubts a fact, its sender answers."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)

from services.ingest.tables.base import METADATA
from services.ingest.tables.imports import IMPORTS
from services.ingest.tables.register import ENTERPRISES

# `version` and `import_id` are what was doubted; what came after is found where facts are.
CORRECTION_TICKETS = Table(
    "correction_tickets",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("feed", Text, nullable=False),
    Column("enterprise_id", BigInteger, ForeignKey(ENTERPRISES.c.id), nullable=False),
    Column("period", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("import_id", Uuid, ForeignKey(IMPORTS.c.id), nullable=False),
    Column("agency", Text, nullable=False),
    Column("doubt", Text, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("answer", Text),
    Column("answered_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('open', 'confirmed', 'upheld')", name="state"),
    CheckConstraint(
        "(state = 'open') = (answered_at IS NULL) AND (state = 'open') = (answer IS NULL)",
        name="answered",
    ),
    Index(
        "uq_correction_tickets_open",
        "enterprise_id",
        "feed",
        "period",
        unique=True,
        postgresql_where=text("state = 'open'"),
    ),
    Index("ix_correction_tickets_agency", "agency", "id"),
)
