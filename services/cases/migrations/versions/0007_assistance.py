"""Requests to other departments, and the officers who answer them."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_UP = """
CREATE TABLE cases.assistance_requests (
    id uuid NOT NULL CONSTRAINT pk_assistance_requests PRIMARY KEY,
    case_id uuid NOT NULL
        CONSTRAINT fk_assistance_requests_case_id_cases REFERENCES cases.cases (id),
    department text NOT NULL,
    subject text NOT NULL,
    wanted text NOT NULL,
    status text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    escalated smallint NOT NULL DEFAULT 0,
    handled_by text,
    accepted_at timestamptz,
    ended_at timestamptz,
    answer text,
    reason text,
    CONSTRAINT ck_assistance_requests_status CHECK (
        status IN ('asked', 'accepted', 'answered', 'returned', 'withdrawn')
    ),
    CONSTRAINT ck_assistance_requests_ended CHECK (
        (status IN ('asked', 'accepted')) = (ended_at IS NULL)
    ),
    CONSTRAINT ck_assistance_requests_answered CHECK (
        (status = 'answered') = (answer IS NOT NULL)
    ),
    CONSTRAINT ck_assistance_requests_returned CHECK (
        status <> 'returned' OR reason IS NOT NULL
    ),
    CONSTRAINT ck_assistance_requests_accepted CHECK (
        status NOT IN ('accepted', 'answered') OR accepted_at IS NOT NULL
    ),
    CONSTRAINT ck_assistance_requests_escalated CHECK (escalated BETWEEN 0 AND 3)
);
CREATE INDEX ix_assistance_requests_pending ON cases.assistance_requests (case_id)
    WHERE status IN ('asked', 'accepted');
CREATE INDEX ix_assistance_requests_case ON cases.assistance_requests (case_id, id);
CREATE INDEX ix_assistance_requests_department
    ON cases.assistance_requests (department, due_at, id);
ALTER TABLE cases.officers
    ADD COLUMN department text,
    ADD CONSTRAINT ck_officers_department CHECK (
        ('assisting_department' = ANY(roles)) = (department IS NOT NULL)
    )
"""
_DOWN = """
ALTER TABLE cases.officers DROP CONSTRAINT ck_officers_department, DROP COLUMN department;
DROP TABLE cases.assistance_requests
"""


def upgrade() -> None:
    """Add them."""
    for statement in _UP.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in _DOWN.split(";\n"):
        op.execute(statement)
