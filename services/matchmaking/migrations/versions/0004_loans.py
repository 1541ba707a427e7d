"""Referrals to banks, what they read and said, contracts, drawdowns, jobs kept."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_UP = """
CREATE TABLE matchmaking.referrals (
    id UUID NOT NULL,
    candidate_id UUID NOT NULL,
    round_id UUID,
    uscc TEXT NOT NULL,
    district TEXT NOT NULL,
    bank TEXT NOT NULL,
    product TEXT NOT NULL,
    amount NUMERIC(15, 2) NOT NULL,
    tenor_months INTEGER NOT NULL,
    state TEXT NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer_due TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answer_late BOOLEAN NOT NULL,
    decision_due TIMESTAMP WITH TIME ZONE,
    decide_at_last TIMESTAMP WITH TIME ZONE,
    decided_at TIMESTAMP WITH TIME ZONE,
    decision_late BOOLEAN NOT NULL,
    approved_amount NUMERIC(15, 2),
    approved_rate_percent NUMERIC(6, 4),
    code TEXT,
    note TEXT,
    CONSTRAINT pk_referrals PRIMARY KEY (id),
    CONSTRAINT fk_referrals_product_products FOREIGN KEY(bank, product) REFERENCES
        matchmaking.products (bank, code),
    CONSTRAINT ck_referrals_state CHECK (state IN ('sent', 'accepted', 'approved', 'signed',
        'declined', 'refused', 'withdrawn', 'expired', 'lapsed')),
    CONSTRAINT ck_referrals_code CHECK (code IN ('not_operating', 'short_history',
        'revenue_low', 'cashflow_insufficient', 'over_indebted', 'collateral_short',
        'adverse_credit', 'litigation', 'industry_policy', 'purpose_unclear',
        'data_insufficient', 'amount_outside', 'tenor_outside', 'district_outside',
        'capacity_full', 'owner_not_reachable', 'firm_withdrew', 'other')),
    CONSTRAINT ck_referrals_amount CHECK (amount > 0),
    CONSTRAINT ck_referrals_approved_amount CHECK (approved_amount > 0 AND approved_amount
        <= amount),
    CONSTRAINT ck_referrals_approved CHECK (state NOT IN ('approved', 'signed') OR
        approved_amount IS NOT NULL),
    CONSTRAINT ck_referrals_why CHECK (state NOT IN ('declined', 'refused') OR code IS NOT
        NULL),
    CONSTRAINT fk_referrals_candidate_id_candidates FOREIGN KEY(candidate_id) REFERENCES
        matchmaking.candidates (id),
    CONSTRAINT fk_referrals_round_id_rounds FOREIGN KEY(round_id) REFERENCES
        matchmaking.rounds (id)
);
CREATE INDEX ix_referrals_bank ON matchmaking.referrals (bank, sent_at, id);
CREATE INDEX ix_referrals_candidate_id ON matchmaking.referrals (candidate_id);
CREATE INDEX ix_referrals_sent ON matchmaking.referrals (sent_at, id);
CREATE UNIQUE INDEX uq_referrals_open ON matchmaking.referrals (candidate_id, bank) WHERE
    state IN ('accepted', 'approved', 'sent', 'signed');
CREATE TABLE matchmaking.disclosures (
    id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    bank TEXT NOT NULL,
    referral_id UUID NOT NULL,
    authorizations UUID[] NOT NULL,
    uscc TEXT NOT NULL,
    purpose TEXT NOT NULL,
    items TEXT[] NOT NULL,
    fields TEXT[] NOT NULL,
    content_sha256 TEXT NOT NULL,
    CONSTRAINT pk_disclosures PRIMARY KEY (id),
    CONSTRAINT ck_disclosures_authorized CHECK (cardinality(authorizations) >= 1),
    CONSTRAINT fk_disclosures_referral_id_referrals FOREIGN KEY(referral_id) REFERENCES
        matchmaking.referrals (id)
);
CREATE INDEX ix_disclosures_uscc ON matchmaking.disclosures (uscc, id);
CREATE TABLE matchmaking.contracts (
    id UUID NOT NULL,
    referral_id UUID NOT NULL,
    candidate_id UUID NOT NULL,
    uscc TEXT NOT NULL,
    district TEXT NOT NULL,
    bank TEXT NOT NULL,
    product TEXT NOT NULL,
    amount NUMERIC(15, 2) NOT NULL,
    tenor_months INTEGER NOT NULL,
    annual_rate_percent NUMERIC(6, 4) NOT NULL,
    signed_on DATE NOT NULL,
    jobs_committed INTEGER NOT NULL,
    drawn NUMERIC(15, 2) NOT NULL,
    CONSTRAINT pk_contracts PRIMARY KEY (id),
    CONSTRAINT ck_contracts_amount CHECK (amount > 0),
    CONSTRAINT ck_contracts_drawn CHECK (0 <= drawn AND drawn <= amount),
    CONSTRAINT ck_contracts_jobs CHECK (jobs_committed >= 0),
    CONSTRAINT uq_contracts_referral_id UNIQUE (referral_id),
    CONSTRAINT fk_contracts_referral_id_referrals FOREIGN KEY(referral_id) REFERENCES
        matchmaking.referrals (id),
    CONSTRAINT fk_contracts_candidate_id_candidates FOREIGN KEY(candidate_id) REFERENCES
        matchmaking.candidates (id)
);
CREATE INDEX ix_contracts_candidate_id ON matchmaking.contracts (candidate_id);
CREATE INDEX ix_contracts_signed ON matchmaking.contracts (signed_on, id);
CREATE TABLE matchmaking.drawdowns (
    id UUID NOT NULL,
    contract_id UUID NOT NULL,
    amount NUMERIC(15, 2) NOT NULL,
    drawn_on DATE NOT NULL,
    CONSTRAINT pk_drawdowns PRIMARY KEY (id),
    CONSTRAINT ck_drawdowns_amount CHECK (amount > 0),
    CONSTRAINT fk_drawdowns_contract_id_contracts FOREIGN KEY(contract_id) REFERENCES
        matchmaking.contracts (id)
);
CREATE INDEX ix_drawdowns_contract_id ON matchmaking.drawdowns (contract_id);
CREATE INDEX ix_drawdowns_drawn_on ON matchmaking.drawdowns (drawn_on);
CREATE TABLE matchmaking.commitments (
    contract_id UUID NOT NULL,
    months INTEGER NOT NULL,
    due_on DATE NOT NULL,
    committed INTEGER NOT NULL,
    insured INTEGER,
    checked_on DATE,
    CONSTRAINT pk_commitments PRIMARY KEY (contract_id, months),
    CONSTRAINT ck_commitments_months CHECK (months IN (3, 6, 12)),
    CONSTRAINT ck_commitments_checked CHECK ((insured IS NULL) = (checked_on IS NULL)),
    CONSTRAINT fk_commitments_contract_id_contracts FOREIGN KEY(contract_id) REFERENCES
        matchmaking.contracts (id)
);
CREATE INDEX ix_commitments_due_on ON matchmaking.commitments (due_on);
REVOKE UPDATE, DELETE ON matchmaking.disclosures
    FROM wengang_matchmaking_api, wengang_matchmaking_worker;
"""

_DOWN = """
DROP TABLE matchmaking.commitments, matchmaking.drawdowns, matchmaking.contracts,
    matchmaking.disclosures, matchmaking.referrals;
"""


def upgrade() -> None:
    """Create the tables."""
    _run(_UP)


def downgrade() -> None:
    """Drop them."""
    _run(_DOWN)


def _run(statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            op.execute(statement)
