"""What cases know beside themselves: the register, the feeds, officers, the calendar."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.cases.tables.base import METADATA

CASE_NUMBERS: Final = Table(
    "case_numbers",
    METADATA,
    Column("district", Text, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

# What cases know of the register; version 0 is what only a warning has said.
ENTERPRISES: Final = Table(
    "enterprises",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("district", Text, nullable=False),
)

# What the register says of size and age; a version without an industry says that it has none.
TRADES: Final = Table(
    "trades",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("industry", Text),
)

# The newest version of each month; one that was withdrawn says nothing.
HEADCOUNTS: Final = Table(
    "headcounts",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("insured", Integer),
    Column("arrears", Integer),
)

# The newest version of each report of layoffs; one that was withdrawn, or names no day, has none.
LAYOFF_REPORTS: Final = Table(
    "layoff_reports",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("reported_on", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("layoff_on", Date),
)

# Lines for the timeline of a case that is not open yet; they wait for it.
WAITING_REMARKS: Final = Table(
    "waiting_remarks",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("uscc", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("details", JSONB, nullable=False),
    Index("ix_waiting_remarks_uscc", "uscc"),
)

OFFICERS: Final = Table(
    "officers",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("districts", ARRAY(Text), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("department", Text),
    CheckConstraint(
        "('assisting_department' = ANY(roles)) = (department IS NOT NULL)", name="department"
    ),
)

# Days that an administrator made working or off, over what the calendar's library knows.
CALENDAR_DAYS: Final = Table(
    "calendar_days",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("worked", Boolean, nullable=False),
)
