"""The tables of those who belong together; their relations are observations like any other."""

from sqlalchemy import CheckConstraint, Column, Date, Table, Text

from services.scoring.tables.base import METADATA

# What an enterprise's own facts show of it, from a day on until the next row of the kind; a row
# without a state ends it. Written with the days that it was judged on.
TROUBLES = Table(
    "troubles",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("state", Text),
    CheckConstraint("kind IN ('level', 'default')", name="kind_known"),
    CheckConstraint(
        "state IN ('orange', 'red', 'F5', 'F4-DISHONEST', 'F4')"
        " AND (state IN ('orange', 'red')) = (kind = 'level')",
        name="state_known",
    ),
)

# Who has to be judged anew from a day on, for something turned with whom they belong to.
STIRRED = Table(
    "stirred",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("since", Date, nullable=False),
)
