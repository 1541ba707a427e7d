"""What other services told: warnings, the register, lists, headcounts, wishes for a loan."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    Uuid,
)

from services.matchmaking.tables.base import METADATA
from shared.sight import case_places

# The level is not here on purpose: see domain/warned.py.
WARNED_ENTERPRISES: Final = Table(
    "warned_enterprises",
    METADATA,
    Column("warning_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("uscc", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("raised_on", Date, nullable=False),
    Column("lifted_at", DateTime(timezone=True)),
    # The day of the fact that raised it; null until that fact has come.
    Column("opened_on", Date),
    CheckConstraint("version >= 1", name="version"),
    Index("ix_warned_enterprises_raised", "raised_on", "warning_id"),
    Index("ix_warned_enterprises_uscc", "uscc"),
)

# The register as far as it says who sees an enterprise, and which products are for it.
ENTERPRISES: Final = Table(
    "enterprises",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("industry", Text),
    Column("status", Text),
    Column("established_on", Date),
    Column("registered_capital", Numeric(20, 2)),
    CheckConstraint("version >= 1", name="version"),
)

# Where the cases of enterprises lie, as `cases` states it: who sees an enterprise.
CASE_PLACES: Final = case_places(METADATA)

# `known_on` is the first day on which any version of the entry was told.
LIST_ENTRIES: Final = Table(
    "list_entries",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("list_kind", Text, primary_key=True),
    Column("edition", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("known_on", Date, nullable=False),
    Column("withdrawn_on", Date),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("list_kind IN ('priority', 'key', 'inclusive')", name="list_kind"),
)

# The newest version of each pair; `known_on` is the first day on which any version was told.
SUCCESSIONS: Final = Table(
    "successions",
    METADATA,
    Column("predecessor", Text, primary_key=True),
    Column("successor", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("known_on", Date, nullable=False),
    Column("withdrawn_on", Date),
    CheckConstraint("version >= 1", name="version"),
    Index("ix_successions_successor", "successor"),
)

# The newest version of each month; 24 months are kept.
HEADCOUNTS: Final = Table(
    "headcounts",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("insured_headcount", Integer),
    Column("joined", Integer),
    Column("left", Integer),
    Column("due", Numeric(18, 2)),
    Column("paid", Numeric(18, 2)),
    Column("months_in_arrears", Integer),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'", name="month"),
    Index("ix_headcounts_month", "month"),
)

FINANCING_REQUESTS: Final = Table(
    "financing_requests",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("uscc", Text, nullable=False),
    Column("amount", Numeric(15, 2), nullable=False),
    Column("tenor_months", Integer, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("jobs_to_keep", Integer, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Index("ix_financing_requests_uscc", "uscc", "occurred_at"),
)
