"""The tables of the weekly lists: what a district can look at, and whom it is to look at."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
)

from services.scoring.tables.base import METADATA, PLACES

# How many enterprises the officers of a district can look at in a week.
CAPACITIES = Table(
    "capacities",
    METADATA,
    Column("district", Text, primary_key=True),
    Column("weekly", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("weekly BETWEEN 1 AND 10000", name="weekly_counts"),
    CheckConstraint("version >= 1", name="version_counts"),
)

# One row a district and week; the week is its Monday.
WORK_LISTS = Table(
    "work_lists",
    METADATA,
    Column("district", Text, primary_key=True),
    Column("week", Date, primary_key=True),
    Column("capacity", Integer, nullable=False),
    Column("listed", Integer, nullable=False),
    Column("entered", Integer, nullable=False),
    Column("departed", Integer, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("extract(isodow FROM week) = 1", name="week_begins_on_monday"),
    CheckConstraint("capacity >= 1", name="capacity_counts"),
    CheckConstraint("entered BETWEEN 0 AND listed AND departed >= 0", name="entries_counted"),
    CheckConstraint("listed <= capacity * 3 / 2", name="never_longer"),
    Index("ix_work_lists_week", "week", "district"),
)

WORK_LIST_ENTRIES = Table(
    "work_list_entries",
    METADATA,
    Column("district", Text, primary_key=True),
    Column("week", Date, primary_key=True),
    Column("uscc", Text, primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("change", Text, nullable=False),
    Column("previous_rank", Integer),
    Column("is_first_time", Boolean, nullable=False),
    Column("is_reserve", Boolean, nullable=False),
    Column("place", Text, nullable=False),
    Column("likelihood", Double, nullable=False),
    Column("jobs_at_risk", Integer, nullable=False),
    CheckConstraint("rank >= 1", name="rank_counts"),
    CheckConstraint("change IN ('new', 'risen', 'fallen', 'same')", name="change_known"),
    CheckConstraint("(change = 'new') = (previous_rank IS NULL)", name="new_had_no_rank"),
    CheckConstraint("change = 'new' OR NOT is_first_time", name="first_is_new"),
    CheckConstraint(f"place IN {PLACES} AND place <> 'none'", name="place_known"),
    ForeignKeyConstraint(
        ["district", "week"],
        [WORK_LISTS.c.district, WORK_LISTS.c.week],
        name="fk_work_list_entries_list",
    ),
    Index("ix_work_list_entries_uscc", "uscc", "week"),
)

WORK_LIST_LEAVERS = Table(
    "work_list_leavers",
    METADATA,
    Column("district", Text, primary_key=True),
    Column("week", Date, primary_key=True),
    Column("uscc", Text, primary_key=True),
    Column("previous_rank", Integer, nullable=False),
    Column("because", Text, nullable=False),
    CheckConstraint("because IN ('lifted', 'refuted', 'outranked', 'moved')", name="because_known"),
    ForeignKeyConstraint(
        ["district", "week"],
        [WORK_LISTS.c.district, WORK_LISTS.c.week],
        name="fk_work_list_leavers_list",
    ),
)
