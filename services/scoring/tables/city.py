"""The tables of full judgements: who asked for one, its parts, and what each looked at."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.scoring.tables.base import METADATA

# Of so many full judgements the outlooks are kept, each in a table of its own.
SLOTS = 3

REJUDGEMENTS = Table(
    "rejudgements",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("slot", SmallInteger, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("because", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("parts", Integer, nullable=False),
    # When what an earlier one found was cleared away; parts are taken from then on.
    Column("begun_at", DateTime(timezone=True)),
    # It failed in a part; those that were not done by then are not begun any more.
    Column("failed_at", DateTime(timezone=True)),
    Column("failure", JSONB(none_as_null=True)),
    # Somebody called it off; of what was not done by then the same holds.
    Column("cancelled_at", DateTime(timezone=True)),
    Column("cancelled_by", Text),
    CheckConstraint("(failed_at IS NULL) = (failure IS NULL)", name="failed_with_reason"),
    CheckConstraint(
        "(cancelled_at IS NULL) = (cancelled_by IS NULL)", name="cancelled_by_somebody"
    ),
    CheckConstraint("num_nonnulls(cancelled_at, failed_at) <= 1", name="one_end"),
    CheckConstraint("parts >= 1", name="parts_counted"),
    CheckConstraint(f"slot BETWEEN 0 AND {SLOTS - 1}", name="slot_there"),
    Index("ix_rejudgements_asked_at", "asked_at", "id"),
)

# A part is a range of credit codes; `until` is the first of the next part.
REJUDGEMENT_PARTS = Table(
    "rejudgement_parts",
    METADATA,
    Column("rejudgement_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("begin", Text, nullable=False),
    Column("until", Text),
    Column("done_at", DateTime(timezone=True)),
    Column("enterprises", BigInteger),
    Column("standing", BigInteger),
    Column("moved", BigInteger),
    # The number of the champion whose likelihoods the outlooks of this part hold, if there was one.
    Column("model", Integer),
    CheckConstraint("(done_at IS NULL) = (enterprises IS NULL)", name="done_says_how_many"),
    Index(
        "ix_rejudgement_parts_open",
        "rejudgement_id",
        "number",
        postgresql_where=text("done_at IS NULL"),
    ),
)


def _outlooks(slot: int) -> Table:
    return Table(
        f"outlooks_{slot}",
        METADATA,
        Column("uscc", Text, primary_key=True),
        Column("likelihood", Double, nullable=False),
        Column("learned", Double),
    )


# What a full judgement found of each enterprise: by the rules, and by the model in shadow. The
# next one but two empties the table at once, which no row by row could.
OUTLOOKS = tuple(_outlooks(slot) for slot in range(SLOTS))
