"""Feeds that did not come in time, each period noted once."""

from sqlalchemy import Column, Date, DateTime, Table, Text

from services.ingest.tables.base import METADATA

LATE_FEEDS = Table(
    "late_feeds",
    METADATA,
    Column("feed", Text, primary_key=True),
    Column("agency", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("due_on", Date, nullable=False),
    Column("stated_at", DateTime(timezone=True), nullable=False),
)
