"""Candidates on their way: what was found, permitted and wanted."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.matchmaking.domain.candidate import ENDED, State
from services.matchmaking.tables.base import METADATA

_STATES: Final = ", ".join(f"'{state}'" for state in State)
_ENDED: Final = ", ".join(f"'{state}'" for state in sorted(ENDED))

CANDIDATES: Final = Table(
    "candidates",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("uscc", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("selected_on", Date, nullable=False),
    Column("finding", Text),
    Column("tries", Integer, nullable=False),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    CheckConstraint("version >= 1", name="version"),
    Index("ix_candidates_selected", "selected_on", "uscc"),
    Index(
        "uq_candidates_under_way",
        "uscc",
        unique=True,
        postgresql_where=text(f"state NOT IN ({_ENDED})"),
    ),
)

# Each warning belongs to one candidate at most: the episode.
CANDIDATE_WARNINGS: Final = Table(
    "candidate_warnings",
    METADATA,
    Column("warning_id", Uuid, primary_key=True),
    Column("candidate_id", ForeignKey(CANDIDATES.c.id), nullable=False),
)

CANDIDATE_LISTS: Final = Table(
    "candidate_lists",
    METADATA,
    Column("candidate_id", ForeignKey(CANDIDATES.c.id), primary_key=True),
    Column("list_kind", Text, primary_key=True),
    Column("edition", Text, primary_key=True),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    # The enterprise that the list names, where it is another: the candidate went on as it.
    Column("listed_as", Text),
)

CANDIDATE_LINES: Final = Table(
    "candidate_lines",
    METADATA,
    Column("candidate_id", ForeignKey(CANDIDATES.c.id), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("step", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("note", Text),
    Index("ix_candidate_lines_step", "step", "at"),
)

REVIEWS: Final = Table(
    "reviews",
    METADATA,
    Column("candidate_id", ForeignKey(CANDIDATES.c.id), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("finding", Text, nullable=False),
    Column("operates_lawfully", Boolean, nullable=False),
    Column("has_premises", Boolean, nullable=False),
    Column("needs_financing", Boolean, nullable=False),
    Column("has_good_credit", Boolean, nullable=False),
    Column("purpose_is_lawful", Boolean, nullable=False),
    Column("exclusions", ARRAY(Text), nullable=False),
    Column("waiver", Text),
    Column("note", Text, nullable=False),
    Column("reviewed_by", Text, nullable=False),
    Column("reviewed_at", DateTime(timezone=True), nullable=False),
)

ROUNDS: Final = Table(
    "rounds",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("title", Text, nullable=False),
    Column("held_on", Date, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
)

INVITATIONS: Final = Table(
    "invitations",
    METADATA,
    Column("round_id", ForeignKey(ROUNDS.c.id), primary_key=True),
    Column("candidate_id", ForeignKey(CANDIDATES.c.id), primary_key=True),
    Column("invited_at", DateTime(timezone=True), nullable=False),
    Index("ix_invitations_candidate_id", "candidate_id"),
)

# No bank in `banks` stands for every bank.
AUTHORIZATIONS: Final = Table(
    "authorizations",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("candidate_id", ForeignKey(CANDIDATES.c.id), nullable=False),
    Column("uscc", Text, nullable=False),
    Column("items", ARRAY(Text), nullable=False),
    Column("banks", ARRAY(Text)),
    Column("purpose", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("standing", Text, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("paper_reference", Text),
    Column("confirmed_by", Text),
    Column("given_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("standing IN ('pending', 'active', 'withdrawn', 'expired')", name="standing"),
    CheckConstraint("cardinality(items) >= 1", name="items"),
    CheckConstraint("cardinality(banks) >= 1", name="banks"),
    CheckConstraint("valid_until - valid_from BETWEEN 0 AND 90", name="ninety_days"),
    CheckConstraint("confirmed_by <> given_by", name="second_person"),
    CheckConstraint(
        "standing <> 'active' OR paper_reference IS NULL OR confirmed_by IS NOT NULL",
        name="paper_confirmed",
    ),
    Index("ix_authorizations_candidate_id", "candidate_id"),
    Index(
        "ix_authorizations_live",
        "valid_until",
        postgresql_where=text("standing IN ('pending', 'active')"),
    ),
)

NEEDS: Final = Table(
    "needs",
    METADATA,
    Column("candidate_id", ForeignKey(CANDIDATES.c.id), primary_key=True),
    Column("amount", Numeric(15, 2), nullable=False),
    Column("tenor_months", Integer, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("needed_by", Date, nullable=False),
    Column("jobs_to_keep", Integer, nullable=False),
    Column("guarantees", ARRAY(Text), nullable=False),
    Column("has_loans", Boolean, nullable=False),
    Column("filed_by", Text, nullable=False),
    Column("filed_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("tenor_months BETWEEN 1 AND 360", name="tenor"),
    CheckConstraint("jobs_to_keep >= 0", name="jobs"),
)
