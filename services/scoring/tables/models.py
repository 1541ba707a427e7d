"""The tables of learned models: the registry, and what the champion said in shadow."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
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

# One row a model, from when it was asked for. A worker holds it while it renews `taken_at`.
MODELS = Table(
    "models",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("number", Integer, Identity(always=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("target", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("sample", Integer, nullable=False),
    Column("handed_over_until", Date),
    Column("seed", Integer, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("taken_at", DateTime(timezone=True)),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("trained_at", DateTime(timezone=True)),
    Column("reason", JSONB(none_as_null=True)),
    Column("card", JSONB(none_as_null=True)),
    Column("artifact", Text),
    Column("digest", Text),
    Column("promoted_by", Text),
    Column("promoted_at", DateTime(timezone=True)),
    Column("retired_by", Text),
    Column("retired_at", DateTime(timezone=True)),
    Column("because", Text),
    CheckConstraint(
        "state IN ('waiting', 'unfit', 'trained', 'champion', 'retired')", name="state_known"
    ),
    CheckConstraint(
        "target IN ('layoff_3', 'layoff_6', 'mass_3', 'mass_6', 'closed_6')", name="target_known"
    ),
    CheckConstraint("revision >= 1", name="revision_counts"),
    CheckConstraint("sample >= 1", name="sample_counts"),
    CheckConstraint("(state = 'unfit') = (reason IS NOT NULL)", name="unfit_with_reason"),
    CheckConstraint(
        "(state IN ('trained', 'champion', 'retired'))"
        " = (artifact IS NOT NULL AND digest IS NOT NULL AND card IS NOT NULL"
        " AND trained_at IS NOT NULL)",
        name="trained_is_kept",
    ),
    CheckConstraint("(promoted_by IS NULL) = (promoted_at IS NULL)", name="promotion_signed"),
    CheckConstraint("state <> 'champion' OR promoted_by IS NOT NULL", name="champion_by_somebody"),
    CheckConstraint("promoted_by IS NULL OR promoted_by <> asked_by", name="promoted_by_another"),
    CheckConstraint(
        "(state = 'retired') = (retired_by IS NOT NULL)"
        " AND (state = 'retired') = (retired_at IS NOT NULL)"
        " AND (state = 'retired') = (because IS NOT NULL)",
        name="retired_with_reason",
    ),
    Index("uq_models_number", "number", unique=True),
    Index(
        "uq_models_one_champion", "state", unique=True, postgresql_where=text("state = 'champion'")
    ),
    Index("ix_models_waiting", "id", postgresql_where=text("state = 'waiting'")),
)

# What a champion said on a day of whom there was something to say; never written again later.
LEARNED = Table(
    "learned",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("as_of", Date, primary_key=True),
    Column(
        "model",
        Integer,
        ForeignKey(MODELS.c.number, name="fk_learned_model_models"),
        nullable=False,
    ),
    Column("likelihood", Double, nullable=False),
    Column("low", Double, nullable=False),
    Column("high", Double, nullable=False),
    CheckConstraint(
        "0 <= low AND low <= likelihood AND likelihood <= high AND high <= 1",
        name="likelihood_within_its_interval",
    ),
)
