"""The table of outcomes: what became of the cases that warnings opened."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Integer, Table, Text, Uuid

from services.scoring.tables.base import METADATA

# One row a case, as `cases` states it: the higher version holds.
OUTCOMES = Table(
    "outcomes",
    METADATA,
    Column("case_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("warning_id", Uuid, nullable=False),
    Column("outcome", Text),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("version >= 1", name="version_counts"),
    Index("ix_outcomes_warning_id", "warning_id"),
)
