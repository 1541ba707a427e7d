"""Referrals to banks, what the banks read and said, contracts, drawdowns, jobs kept."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.matchmaking.domain.referral import OPEN, DeclineCode, ReferralState
from services.matchmaking.tables.base import METADATA
from services.matchmaking.tables.candidates import CANDIDATES, ROUNDS

_STATES: Final = ", ".join(f"'{state}'" for state in ReferralState)
_OPEN: Final = ", ".join(f"'{state}'" for state in sorted(OPEN))
_CODES: Final = ", ".join(f"'{code}'" for code in DeclineCode)

REFERRALS: Final = Table(
    "referrals",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("candidate_id", ForeignKey(CANDIDATES.c.id), nullable=False),
    Column("round_id", ForeignKey(ROUNDS.c.id)),
    Column("uscc", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("bank", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("amount", Numeric(15, 2), nullable=False),
    Column("tenor_months", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Column("answer_due", DateTime(timezone=True), nullable=False),
    Column("answered_at", DateTime(timezone=True)),
    Column("answer_late", Boolean, nullable=False),
    Column("decision_due", DateTime(timezone=True)),
    Column("decide_at_last", DateTime(timezone=True)),
    Column("decided_at", DateTime(timezone=True)),
    Column("decision_late", Boolean, nullable=False),
    Column("approved_amount", Numeric(15, 2)),
    Column("approved_rate_percent", Numeric(6, 4)),
    Column("code", Text),
    Column("note", Text),
    ForeignKeyConstraint(
        ["bank", "product"],
        ["matchmaking.products.bank", "matchmaking.products.code"],
        name="fk_referrals_product_products",
    ),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    CheckConstraint(f"code IN ({_CODES})", name="code"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("approved_amount > 0 AND approved_amount <= amount", name="approved_amount"),
    CheckConstraint(
        "state NOT IN ('approved', 'signed') OR approved_amount IS NOT NULL", name="approved"
    ),
    CheckConstraint("state NOT IN ('declined', 'refused') OR code IS NOT NULL", name="why"),
    Index("ix_referrals_candidate_id", "candidate_id"),
    Index("ix_referrals_bank", "bank", "sent_at", "id"),
    Index("ix_referrals_sent", "sent_at", "id"),
    # A bank is asked once at a time about an enterprise.
    Index(
        "uq_referrals_open",
        "candidate_id",
        "bank",
        unique=True,
        postgresql_where=text(f"state IN ({_OPEN})"),
    ),
)

# What the assignment of a round brought, and the bound that it was measured by.
ASSIGNMENTS: Final = Table(
    "assignments",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("round_id", ForeignKey(ROUNDS.c.id), nullable=False),
    Column("assigned_at", DateTime(timezone=True), nullable=False),
    Column("assigned_by", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("candidates", Integer, nullable=False),
    Column("offers", Integer, nullable=False),
    Column("chosen", Integer, nullable=False),
    Column("value", Double, nullable=False),
    Column("bound", Double, nullable=False),
    Column("gap", Double, nullable=False),
    Index("ix_assignments_round_id", "round_id"),
)

# Append-only: no role of matchmaking may change or remove a line.
DISCLOSURES: Final = Table(
    "disclosures",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("bank", Text, nullable=False),
    Column("referral_id", ForeignKey(REFERRALS.c.id), nullable=False),
    Column("authorizations", ARRAY(Uuid), nullable=False),
    Column("uscc", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("items", ARRAY(Text), nullable=False),
    Column("fields", ARRAY(Text), nullable=False),
    Column("content_sha256", Text, nullable=False),
    CheckConstraint("cardinality(authorizations) >= 1", name="authorized"),
    Index("ix_disclosures_uscc", "uscc", "id"),
)

CONTRACTS: Final = Table(
    "contracts",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("referral_id", ForeignKey(REFERRALS.c.id), nullable=False, unique=True),
    Column("candidate_id", ForeignKey(CANDIDATES.c.id), nullable=False),
    Column("uscc", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("bank", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("amount", Numeric(15, 2), nullable=False),
    Column("tenor_months", Integer, nullable=False),
    Column("annual_rate_percent", Numeric(6, 4), nullable=False),
    Column("signed_on", Date, nullable=False),
    Column("jobs_committed", Integer, nullable=False),
    Column("drawn", Numeric(15, 2), nullable=False),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("0 <= drawn AND drawn <= amount", name="drawn"),
    CheckConstraint("jobs_committed >= 0", name="jobs"),
    Index("ix_contracts_candidate_id", "candidate_id"),
    Index("ix_contracts_signed", "signed_on", "id"),
)

DRAWDOWNS: Final = Table(
    "drawdowns",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("contract_id", ForeignKey(CONTRACTS.c.id), nullable=False),
    Column("amount", Numeric(15, 2), nullable=False),
    Column("drawn_on", Date, nullable=False),
    CheckConstraint("amount > 0", name="amount"),
    Index("ix_drawdowns_contract_id", "contract_id"),
    Index("ix_drawdowns_drawn_on", "drawn_on"),
)

COMMITMENTS: Final = Table(
    "commitments",
    METADATA,
    Column("contract_id", ForeignKey(CONTRACTS.c.id), primary_key=True),
    Column("months", Integer, primary_key=True),
    Column("due_on", Date, nullable=False),
    Column("committed", Integer, nullable=False),
    Column("insured", Integer),
    Column("checked_on", Date),
    CheckConstraint("months IN (3, 6, 12)", name="months"),
    CheckConstraint("(insured IS NULL) = (checked_on IS NULL)", name="checked"),
    Index("ix_commitments_due_on", "due_on"),
)
