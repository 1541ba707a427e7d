"""Warned enterprises, banks and their products; the kernel's tables."""

from alembic import op

from shared.bus.migration import kernel_down_v1, kernel_up_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_UP = """
CREATE TABLE matchmaking.warned_enterprises (
    warning_id uuid NOT NULL CONSTRAINT pk_warned_enterprises PRIMARY KEY,
    version integer NOT NULL CONSTRAINT ck_warned_enterprises_version CHECK (version >= 1),
    uscc text NOT NULL,
    name text NOT NULL,
    district text NOT NULL,
    raised_on date NOT NULL,
    lifted_at timestamptz
);
CREATE INDEX ix_warned_enterprises_raised
    ON matchmaking.warned_enterprises (raised_on, warning_id);
CREATE INDEX ix_warned_enterprises_district_raised
    ON matchmaking.warned_enterprises (district, raised_on, warning_id);
CREATE INDEX ix_warned_enterprises_uscc ON matchmaking.warned_enterprises (uscc);

CREATE TABLE matchmaking.banks (
    client_id text NOT NULL CONSTRAINT pk_banks PRIMARY KEY,
    name text NOT NULL,
    active boolean NOT NULL,
    version integer NOT NULL
);

CREATE TABLE matchmaking.products (
    bank text NOT NULL
        CONSTRAINT fk_products_bank_banks REFERENCES matchmaking.banks (client_id),
    code text NOT NULL,
    version integer NOT NULL CONSTRAINT ck_products_version CHECK (version >= 1),
    name text NOT NULL,
    borrower_sizes text[] NOT NULL CONSTRAINT ck_products_borrower_sizes CHECK (
        cardinality(borrower_sizes) >= 1
        AND borrower_sizes <@ ARRAY['large', 'medium', 'small', 'micro']
    ),
    industries text[] NOT NULL,
    districts text[] NOT NULL,
    amount_min numeric(15, 2) NOT NULL,
    amount_max numeric(15, 2) NOT NULL,
    tenor_min_months integer NOT NULL,
    tenor_max_months integer NOT NULL,
    annual_rate_percent numeric(6, 4) NOT NULL CONSTRAINT ck_products_rate CHECK (
        0 < annual_rate_percent AND annual_rate_percent <= 24
    ),
    guarantees text[] NOT NULL CONSTRAINT ck_products_guarantees CHECK (
        cardinality(guarantees) >= 1 AND guarantees <@
        ARRAY['credit', 'surety', 'mortgage', 'pledge', 'guarantee_company']
    ),
    first_loan boolean NOT NULL,
    quota numeric(15, 2) NOT NULL,
    valid_from date NOT NULL,
    valid_until date NOT NULL,
    policy_tag text CONSTRAINT ck_products_policy_tag CHECK (
        policy_tag IN ('job_retention_loan', 'startup_guaranteed_loan', 'relending')
    ),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT pk_products PRIMARY KEY (bank, code),
    CONSTRAINT ck_products_amounts CHECK (0 < amount_min AND amount_min <= amount_max),
    CONSTRAINT ck_products_quota CHECK (quota >= amount_max),
    CONSTRAINT ck_products_tenors CHECK (
        1 <= tenor_min_months AND tenor_min_months <= tenor_max_months AND tenor_max_months <= 360
    ),
    CONSTRAINT ck_products_period CHECK (valid_from <= valid_until)
);
"""

_DOWN = """
DROP TABLE matchmaking.products, matchmaking.banks, matchmaking.warned_enterprises;
"""


def upgrade() -> None:
    """Create everything."""
    kernel_up_v1("matchmaking")
    for statement in _UP.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop everything."""
    op.execute(_DOWN)
    kernel_down_v1("matchmaking")
