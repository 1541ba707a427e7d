"""The table of requests to other departments."""

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from services.cases.tables.base import METADATA
from services.cases.tables.cases import CASES

ASSISTANCE_REQUESTS: Final = Table(
    "assistance_requests",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("case_id", ForeignKey(CASES.c.id), nullable=False),
    Column("department", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("wanted", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("escalated", SmallInteger, nullable=False, server_default=text("0")),
    Column("handled_by", Text),
    Column("accepted_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("answer", Text),
    Column("reason", Text),
    CheckConstraint(
        "status IN ('asked', 'accepted', 'answered', 'returned', 'withdrawn')", name="status"
    ),
    CheckConstraint("(status IN ('asked', 'accepted')) = (ended_at IS NULL)", name="ended"),
    CheckConstraint("(status = 'answered') = (answer IS NOT NULL)", name="answered"),
    CheckConstraint("status <> 'returned' OR reason IS NOT NULL", name="returned"),
    CheckConstraint(
        "status NOT IN ('accepted', 'answered') OR accepted_at IS NOT NULL", name="accepted"
    ),
    CheckConstraint("escalated BETWEEN 0 AND 3", name="escalated"),
    Index(
        "ix_assistance_requests_pending",
        "case_id",
        postgresql_where=text("status IN ('asked', 'accepted')"),
    ),
    Index("ix_assistance_requests_case", "case_id", "id"),
    Index("ix_assistance_requests_department", "department", "due_at", "id"),
)
