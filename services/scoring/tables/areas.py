"""The tables of areas: large losses of enterprises, and the alerts that they add up to."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.scoring.tables.base import METADATA

# Who lost much staff from the month before to this one, as known now.
LARGE_LOSSES = Table(
    "large_losses",
    METADATA,
    Column("month", Text, primary_key=True),
    Column("uscc", Text, primary_key=True),
    Column("base", BigInteger, nullable=False),
    Column("persons", BigInteger, nullable=False),
    CheckConstraint("persons > 0 AND base >= persons", name="lost_from_base"),
)

AREA_ALERTS = Table(
    "area_alerts",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("district", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("rule", Text, nullable=False),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Column("raised_on", Date, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("is_standing", Boolean, nullable=False),
    Column("members", JSONB, nullable=False),
    UniqueConstraint("district", "month", name="uq_area_alerts_district_month"),
    CheckConstraint("version >= 1", name="version_counts"),
    CheckConstraint("jsonb_typeof(members) = 'array'", name="members_are_a_list"),
)
