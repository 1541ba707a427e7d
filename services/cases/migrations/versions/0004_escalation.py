"""Escalation, extension and limits of clocks; reported layoffs; lines that wait for a case."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_UP = """
ALTER TABLE cases.cases
    ADD COLUMN layoff_on date,
    ADD COLUMN escalation_level smallint NOT NULL DEFAULT 0,
    ADD COLUMN escalates_at timestamptz NOT NULL DEFAULT '1970-01-01 00:00:00+00'::timestamptz;
CREATE INDEX ix_cases_escalates ON cases.cases (escalates_at, id);
CREATE INDEX ix_cases_opened ON cases.cases (opened_at);
ALTER TABLE cases.case_clocks
    ADD COLUMN extended boolean NOT NULL DEFAULT false,
    ADD COLUMN limit_at timestamptz,
    ADD COLUMN escalated smallint NOT NULL DEFAULT 0;
CREATE TABLE cases.layoff_reports (
    uscc text NOT NULL,
    reported_on text NOT NULL,
    version integer NOT NULL,
    layoff_on date,
    CONSTRAINT pk_layoff_reports PRIMARY KEY (uscc, reported_on)
);
CREATE TABLE cases.waiting_remarks (
    id uuid NOT NULL CONSTRAINT pk_waiting_remarks PRIMARY KEY,
    uscc text NOT NULL,
    what text NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL,
    details jsonb NOT NULL
);
CREATE INDEX ix_waiting_remarks_uscc ON cases.waiting_remarks (uscc)
"""
_DOWN = """
DROP TABLE cases.waiting_remarks, cases.layoff_reports;
ALTER TABLE cases.case_clocks DROP COLUMN escalated, DROP COLUMN limit_at, DROP COLUMN extended;
DROP INDEX cases.ix_cases_opened, cases.ix_cases_escalates;
ALTER TABLE cases.cases
    DROP COLUMN escalates_at, DROP COLUMN escalation_level, DROP COLUMN layoff_on
"""


def upgrade() -> None:
    """Add them."""
    for statement in _UP.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in _DOWN.split(";\n"):
        op.execute(statement)
