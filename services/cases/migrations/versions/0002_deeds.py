"""Visits, deliveries, evidence, financing asked for; what is known of staff and trade."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DEED = """
CREATE TABLE cases.{name} (
    id uuid NOT NULL CONSTRAINT pk_{name} PRIMARY KEY,
    case_id uuid NOT NULL CONSTRAINT fk_{name}_case_id_cases REFERENCES cases.cases (id),
{columns}
    done_by text NOT NULL,
    done_at timestamptz NOT NULL
)
"""
_DEEDS = {
    "visits": """
    visited_on date NOT NULL,
    on_site boolean NOT NULL,
    operating boolean,
    owner_reachable boolean,
    equipment_moved boolean,
    gathering boolean,
    staff_present integer,
    planned_layoffs integer,
    layoff_on date,
    wages_owed_months integer,
    note text,""",
    "deliveries": """
    service text NOT NULL,
    delivered_on date NOT NULL,
    persons integer,
    amount numeric(18, 2),
    note text NOT NULL,""",
    "evidence": """
    kind text NOT NULL,
    reference text NOT NULL,
    note text,""",
    "financing_requests": """
    amount numeric(18, 2) NOT NULL,
    tenor_months integer NOT NULL,
    purpose text NOT NULL,
    jobs_to_keep integer NOT NULL,""",
}
_KNOWN = """
CREATE TABLE cases.trades (
    uscc text NOT NULL CONSTRAINT pk_trades PRIMARY KEY,
    version integer NOT NULL,
    industry text
);
CREATE TABLE cases.headcounts (
    uscc text NOT NULL,
    month text NOT NULL,
    version integer NOT NULL,
    insured integer,
    arrears integer,
    CONSTRAINT pk_headcounts PRIMARY KEY (uscc, month)
)
"""


def upgrade() -> None:
    """Create them."""
    op.execute("ALTER TABLE cases.cases ADD COLUMN evidence_kinds text[] NOT NULL DEFAULT '{}'")
    for name, columns in _DEEDS.items():
        op.execute(_DEED.format(name=name, columns=columns))
        op.execute(f"CREATE INDEX ix_{name}_case ON cases.{name} (case_id, id)")
        op.execute(
            f"REVOKE UPDATE, DELETE ON cases.{name} FROM wengang_cases_api, wengang_cases_worker"
        )
    for statement in _KNOWN.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE cases.headcounts, cases.trades")
    for name in _DEEDS:
        op.execute(f"DROP TABLE cases.{name}")
    op.execute("ALTER TABLE cases.cases DROP COLUMN evidence_kinds")
