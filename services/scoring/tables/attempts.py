"""The table of what is being tried: a piece of work that has been begun and is not done."""

from sqlalchemy import CheckConstraint, Column, DateTime, Integer, Table, Text

from services.scoring.tables.base import METADATA

# One row a piece, counted before it is begun: of a worker that dies nothing else tells. It goes
# when the piece is done. Real time, for pauses do not replay.
ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("piece", Text, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("failure", Text, nullable=False),
    Column("not_before", DateTime(timezone=True)),
    CheckConstraint("times >= 0", name="times_counted"),
)
