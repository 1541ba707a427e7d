"""The tables of the rules: rule sets with their lives, and their trials on history."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.scoring.tables.base import METADATA

# One row a rule set. What is in force on a day is the approved one with the last day until then.
RULE_SETS = Table(
    "rule_sets",
    METADATA,
    Column("version", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("digest", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("is_built_in", Boolean, nullable=False),
    Column("edited_by", Text, nullable=False),
    Column("edited_at", DateTime(timezone=True), nullable=False),
    Column("proposed_by", Text),
    Column("proposed_at", DateTime(timezone=True)),
    Column("approved_by", Text),
    Column("approved_at", DateTime(timezone=True)),
    Column("withdrawn_by", Text),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("because", Text),
    CheckConstraint(
        "state IN ('draft', 'tried', 'proposed', 'approved', 'withdrawn')", name="state_known"
    ),
    CheckConstraint("revision >= 1", name="revision_counts"),
    CheckConstraint("(proposed_by IS NULL) = (proposed_at IS NULL)", name="proposal_signed"),
    CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approval_signed"),
    CheckConstraint(
        "state NOT IN ('draft', 'tried') OR proposed_by IS NULL", name="draft_is_not_proposed"
    ),
    CheckConstraint(
        "is_built_in OR state NOT IN ('proposed', 'approved') OR proposed_by IS NOT NULL",
        name="proposed_by_somebody",
    ),
    CheckConstraint(
        "is_built_in OR state <> 'approved' OR approved_by IS NOT NULL", name="approved_by_somebody"
    ),
    CheckConstraint(
        "approved_by IS NULL OR (approved_by <> edited_by AND approved_by <> proposed_by)",
        name="approved_by_another",
    ),
    CheckConstraint("NOT is_built_in OR state = 'approved'", name="built_in_holds"),
    CheckConstraint(
        "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)"
        " AND (state = 'withdrawn') = (withdrawn_by IS NOT NULL)"
        " AND (state = 'withdrawn') = (because IS NOT NULL)",
        name="withdrawn_with_reason",
    ),
    Index(
        "uq_rule_sets_one_a_day",
        "effective_from",
        unique=True,
        postgresql_where=text("state = 'approved' AND NOT is_built_in"),
    ),
)

# One row a trial; it goes on enterprise by enterprise, `reached` is the last of its order.
RULE_TRIALS = Table(
    "rule_trials",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column(
        "version",
        Text,
        ForeignKey(RULE_SETS.c.version, name="fk_rule_trials_version_rule_sets"),
        nullable=False,
    ),
    Column("digest", Text, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("sample", Integer),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("reached", Text, nullable=False, server_default=text("''")),
    Column("judged", Integer, nullable=False, server_default=text("0")),
    Column("up", Integer, nullable=False, server_default=text("0")),
    Column("down", Integer, nullable=False, server_default=text("0")),
    Column("warned_before", Integer, nullable=False, server_default=text("0")),
    Column("warned_after", Integer, nullable=False, server_default=text("0")),
    Column("moves", JSONB, nullable=False, server_default=text("'[]'")),
    Column("examples", JSONB, nullable=False, server_default=text("'[]'")),
    Column("cancelled_at", DateTime(timezone=True)),
    Column("cancelled_by", Text),
    Column("failed_at", DateTime(timezone=True)),
    Column("failure", JSONB(none_as_null=True)),
    CheckConstraint("since <= until", name="period_runs_forward"),
    CheckConstraint("sample IS NULL OR sample >= 1", name="sample_counts"),
    CheckConstraint("up >= 0 AND down >= 0 AND up + down <= judged", name="moves_counted"),
    CheckConstraint("(failed_at IS NULL) = (failure IS NULL)", name="failed_with_reason"),
    CheckConstraint(
        "(cancelled_at IS NULL) = (cancelled_by IS NULL)", name="cancelled_by_somebody"
    ),
    CheckConstraint("num_nonnulls(ended_at, cancelled_at, failed_at) <= 1", name="one_end"),
    Index("ix_rule_trials_version", "version", "id"),
    Index(
        "ix_rule_trials_waiting",
        "id",
        postgresql_where=text("ended_at IS NULL AND cancelled_at IS NULL AND failed_at IS NULL"),
    ),
)
