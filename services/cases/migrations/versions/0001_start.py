"""Cases with their clocks, warnings and timeline; officers; the kernel's tables."""

from alembic import op

from shared.bus.migration import kernel_down_v1, kernel_up_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_UP = """
CREATE TABLE cases.cases (
    id uuid NOT NULL CONSTRAINT pk_cases PRIMARY KEY,
    number text NOT NULL CONSTRAINT uq_cases_number UNIQUE,
    uscc text NOT NULL,
    district text NOT NULL,
    status text NOT NULL,
    level text NOT NULL,
    warning_id uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    version integer NOT NULL CONSTRAINT ck_cases_version CHECK (version >= 1),
    dispatched_at timestamptz,
    officer text,
    doubted_by text,
    submitted_by text,
    reviewed_by text,
    outcome text,
    evidence text,
    suspensions integer NOT NULL
        CONSTRAINT ck_cases_suspensions CHECK (suspensions BETWEEN 0 AND 2),
    suspended_at timestamptz,
    suspended_until timestamptz,
    waiting_for text,
    ended_at timestamptz,
    due_at timestamptz NOT NULL,
    CONSTRAINT ck_cases_ended CHECK (
        (status IN ('archived', 'closed', 'closed_false_positive', 'closed_unresolved'))
        = (ended_at IS NOT NULL)
    ),
    CONSTRAINT ck_cases_outcome CHECK (
        (outcome IS NOT NULL) = (status IN (
            'pending_review', 'resolved', 'follow_up',
            'archived', 'closed', 'closed_false_positive', 'closed_unresolved'
        ))
    ),
    CONSTRAINT ck_cases_reviewed CHECK (
        (reviewed_by IS NOT NULL) = (status IN (
            'resolved', 'follow_up',
            'archived', 'closed', 'closed_false_positive', 'closed_unresolved'
        ))
    ),
    CONSTRAINT ck_cases_second_person CHECK (
        reviewed_by <> submitted_by AND reviewed_by <> doubted_by
    ),
    CONSTRAINT ck_cases_officer CHECK (
        (status IN ('pending_dispatch', 'dispatched')) = (officer IS NULL)
    ),
    CONSTRAINT ck_cases_suspended CHECK (
        (status = 'suspended') = (suspended_until IS NOT NULL)
        AND (suspended_until IS NULL) = (suspended_at IS NULL)
        AND (suspended_until IS NULL) = (waiting_for IS NULL)
    )
);
CREATE UNIQUE INDEX uq_cases_open ON cases.cases (uscc) WHERE status NOT IN
    ('archived', 'closed', 'closed_false_positive', 'closed_unresolved');
CREATE INDEX ix_cases_enterprise ON cases.cases (uscc, opened_at);
CREATE INDEX ix_cases_due ON cases.cases (due_at, id);
CREATE INDEX ix_cases_district_due ON cases.cases (district, due_at, id);

CREATE TABLE cases.case_clocks (
    case_id uuid NOT NULL CONSTRAINT fk_case_clocks_case_id_cases REFERENCES cases.cases (id),
    clock text NOT NULL,
    started_at timestamptz NOT NULL,
    due_at timestamptz,
    met_at timestamptz,
    paused interval NOT NULL,
    CONSTRAINT pk_case_clocks PRIMARY KEY (case_id, clock)
);

CREATE TABLE cases.case_warnings (
    warning_id uuid NOT NULL CONSTRAINT pk_case_warnings PRIMARY KEY,
    case_id uuid NOT NULL CONSTRAINT fk_case_warnings_case_id_cases REFERENCES cases.cases (id),
    version integer NOT NULL,
    level text NOT NULL,
    lifted boolean NOT NULL,
    counts boolean NOT NULL
);
CREATE INDEX ix_case_warnings_case ON cases.case_warnings (case_id);

CREATE TABLE cases.timeline (
    case_id uuid NOT NULL CONSTRAINT fk_timeline_case_id_cases REFERENCES cases.cases (id),
    version integer NOT NULL,
    what text NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL,
    from_status text,
    to_status text NOT NULL,
    note text,
    reason text,
    details jsonb NOT NULL,
    CONSTRAINT pk_timeline PRIMARY KEY (case_id, version)
);
REVOKE UPDATE, DELETE ON cases.timeline FROM wengang_cases_api, wengang_cases_worker;

CREATE TABLE cases.case_numbers (
    district text NOT NULL,
    year integer NOT NULL,
    last integer NOT NULL,
    CONSTRAINT pk_case_numbers PRIMARY KEY (district, year)
);

CREATE TABLE cases.enterprises (
    uscc text NOT NULL CONSTRAINT pk_enterprises PRIMARY KEY,
    version integer NOT NULL,
    name text NOT NULL,
    district text NOT NULL
);

CREATE TABLE cases.officers (
    subject text NOT NULL CONSTRAINT pk_officers PRIMARY KEY,
    name text NOT NULL,
    roles text[] NOT NULL,
    districts text[] NOT NULL,
    active boolean NOT NULL,
    version integer NOT NULL
);

CREATE TABLE cases.calendar_days (
    day date NOT NULL CONSTRAINT pk_calendar_days PRIMARY KEY,
    worked boolean NOT NULL
);
"""

_DOWN = """
DROP TABLE cases.calendar_days, cases.officers, cases.enterprises, cases.case_numbers,
    cases.timeline, cases.case_warnings, cases.case_clocks, cases.cases;
"""


def upgrade() -> None:
    """Create everything."""
    kernel_up_v1("cases")
    for statement in _UP.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop everything."""
    op.execute(_DOWN)
    kernel_down_v1("cases")
