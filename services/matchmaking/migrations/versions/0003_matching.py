"""Lists, headcounts and wishes as told; candidates with what was found, permitted and wanted."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_UP = """
ALTER TABLE matchmaking.enterprises
    ADD COLUMN industry text,
    ADD COLUMN status text,
    ADD COLUMN established_on date,
    ADD COLUMN registered_capital numeric(20, 2);
CREATE TABLE matchmaking.list_entries (
    uscc TEXT NOT NULL,
    list_kind TEXT NOT NULL,
    edition TEXT NOT NULL,
    version INTEGER NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    known_on DATE NOT NULL,
    withdrawn_on DATE,
    CONSTRAINT pk_list_entries PRIMARY KEY (uscc, list_kind, edition),
    CONSTRAINT ck_list_entries_version CHECK (version >= 1),
    CONSTRAINT ck_list_entries_list_kind CHECK (list_kind IN ('priority', 'key', 'inclusive'))
);
CREATE TABLE matchmaking.headcounts (
    uscc TEXT NOT NULL,
    month TEXT NOT NULL,
    version INTEGER NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    insured_headcount INTEGER,
    joined INTEGER,
    "left" INTEGER,
    due NUMERIC(18, 2),
    paid NUMERIC(18, 2),
    months_in_arrears INTEGER,
    CONSTRAINT pk_headcounts PRIMARY KEY (uscc, month),
    CONSTRAINT ck_headcounts_version CHECK (version >= 1),
    CONSTRAINT ck_headcounts_month CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$')
);
CREATE INDEX ix_headcounts_month ON matchmaking.headcounts (month);
CREATE TABLE matchmaking.financing_requests (
    id UUID NOT NULL,
    uscc TEXT NOT NULL,
    amount NUMERIC(15, 2) NOT NULL,
    tenor_months INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    jobs_to_keep INTEGER NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_financing_requests PRIMARY KEY (id)
);
CREATE INDEX ix_financing_requests_uscc ON matchmaking.financing_requests (uscc, occurred_at);
CREATE TABLE matchmaking.candidates (
    id UUID NOT NULL,
    uscc TEXT NOT NULL,
    district TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    selected_on DATE NOT NULL,
    finding TEXT,
    tries INTEGER NOT NULL,
    CONSTRAINT pk_candidates PRIMARY KEY (id),
    CONSTRAINT ck_candidates_state CHECK (state IN ('candidate', 'invited', 'authorized',
        'need_filed', 'matched', 'distributed', 'claimed', 'due_diligence', 'approved',
        'signed', 'drawn', 'monitoring', 'completed', 'declined', 'ineligible', 'withdrawn',
        'authorization_expired', 'rematch')),
    CONSTRAINT ck_candidates_version CHECK (version >= 1)
);
CREATE INDEX ix_candidates_selected ON matchmaking.candidates (selected_on, uscc);
CREATE UNIQUE INDEX uq_candidates_under_way ON matchmaking.candidates (uscc) WHERE state NOT
    IN ('completed', 'declined', 'ineligible');
CREATE TABLE matchmaking.candidate_warnings (
    warning_id UUID NOT NULL,
    candidate_id UUID NOT NULL,
    CONSTRAINT pk_candidate_warnings PRIMARY KEY (warning_id),
    CONSTRAINT fk_candidate_warnings_candidate_id_candidates FOREIGN KEY(candidate_id)
        REFERENCES matchmaking.candidates (id)
);
CREATE TABLE matchmaking.candidate_lists (
    candidate_id UUID NOT NULL,
    list_kind TEXT NOT NULL,
    edition TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    CONSTRAINT pk_candidate_lists PRIMARY KEY (candidate_id, list_kind, edition),
    CONSTRAINT fk_candidate_lists_candidate_id_candidates FOREIGN KEY(candidate_id)
        REFERENCES matchmaking.candidates (id)
);
CREATE TABLE matchmaking.candidate_lines (
    candidate_id UUID NOT NULL,
    version INTEGER NOT NULL,
    step TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    note TEXT,
    CONSTRAINT pk_candidate_lines PRIMARY KEY (candidate_id, version),
    CONSTRAINT fk_candidate_lines_candidate_id_candidates FOREIGN KEY(candidate_id)
        REFERENCES matchmaking.candidates (id)
);
CREATE INDEX ix_candidate_lines_step ON matchmaking.candidate_lines (step, at);
CREATE TABLE matchmaking.reviews (
    candidate_id UUID NOT NULL,
    version INTEGER NOT NULL,
    finding TEXT NOT NULL,
    operates_lawfully BOOLEAN NOT NULL,
    has_premises BOOLEAN NOT NULL,
    needs_financing BOOLEAN NOT NULL,
    has_good_credit BOOLEAN NOT NULL,
    purpose_is_lawful BOOLEAN NOT NULL,
    exclusions TEXT[] NOT NULL,
    waiver TEXT,
    note TEXT NOT NULL,
    reviewed_by TEXT NOT NULL,
    reviewed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_reviews PRIMARY KEY (candidate_id, version),
    CONSTRAINT fk_reviews_candidate_id_candidates FOREIGN KEY(candidate_id) REFERENCES
        matchmaking.candidates (id)
);
CREATE TABLE matchmaking.rounds (
    id UUID NOT NULL,
    title TEXT NOT NULL,
    held_on DATE NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_rounds PRIMARY KEY (id)
);
CREATE TABLE matchmaking.invitations (
    round_id UUID NOT NULL,
    candidate_id UUID NOT NULL,
    invited_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_invitations PRIMARY KEY (round_id, candidate_id),
    CONSTRAINT fk_invitations_round_id_rounds FOREIGN KEY(round_id) REFERENCES
        matchmaking.rounds (id),
    CONSTRAINT fk_invitations_candidate_id_candidates FOREIGN KEY(candidate_id) REFERENCES
        matchmaking.candidates (id)
);
CREATE INDEX ix_invitations_candidate_id ON matchmaking.invitations (candidate_id);
CREATE TABLE matchmaking.authorizations (
    id UUID NOT NULL,
    candidate_id UUID NOT NULL,
    uscc TEXT NOT NULL,
    items TEXT[] NOT NULL,
    banks TEXT[],
    purpose TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL,
    standing TEXT NOT NULL,
    given_by TEXT NOT NULL,
    paper_reference TEXT,
    confirmed_by TEXT,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_authorizations PRIMARY KEY (id),
    CONSTRAINT ck_authorizations_standing CHECK (standing IN ('pending', 'active',
        'withdrawn', 'expired')),
    CONSTRAINT ck_authorizations_items CHECK (cardinality(items) >= 1),
    CONSTRAINT ck_authorizations_banks CHECK (cardinality(banks) >= 1),
    CONSTRAINT ck_authorizations_ninety_days CHECK (valid_until - valid_from BETWEEN 0 AND 90),
    CONSTRAINT ck_authorizations_second_person CHECK (confirmed_by <> given_by),
    CONSTRAINT ck_authorizations_paper_confirmed CHECK (standing <> 'active' OR
        paper_reference IS NULL OR confirmed_by IS NOT NULL),
    CONSTRAINT fk_authorizations_candidate_id_candidates FOREIGN KEY(candidate_id)
        REFERENCES matchmaking.candidates (id)
);
CREATE INDEX ix_authorizations_candidate_id ON matchmaking.authorizations (candidate_id);
CREATE INDEX ix_authorizations_live ON matchmaking.authorizations (valid_until) WHERE
    standing IN ('pending', 'active');
CREATE TABLE matchmaking.needs (
    candidate_id UUID NOT NULL,
    amount NUMERIC(15, 2) NOT NULL,
    tenor_months INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    needed_by DATE NOT NULL,
    jobs_to_keep INTEGER NOT NULL,
    guarantees TEXT[] NOT NULL,
    has_loans BOOLEAN NOT NULL,
    filed_by TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_needs PRIMARY KEY (candidate_id),
    CONSTRAINT ck_needs_amount CHECK (amount > 0),
    CONSTRAINT ck_needs_tenor CHECK (tenor_months BETWEEN 1 AND 360),
    CONSTRAINT ck_needs_jobs CHECK (jobs_to_keep >= 0),
    CONSTRAINT fk_needs_candidate_id_candidates FOREIGN KEY(candidate_id) REFERENCES
        matchmaking.candidates (id)
);
"""

_DOWN = """
DROP TABLE matchmaking.needs, matchmaking.authorizations, matchmaking.invitations,
    matchmaking.rounds, matchmaking.reviews, matchmaking.candidate_lines,
    matchmaking.candidate_lists, matchmaking.candidate_warnings, matchmaking.candidates,
    matchmaking.financing_requests, matchmaking.headcounts, matchmaking.list_entries;
ALTER TABLE matchmaking.enterprises
    DROP COLUMN industry,
    DROP COLUMN status,
    DROP COLUMN established_on,
    DROP COLUMN registered_capital;
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
