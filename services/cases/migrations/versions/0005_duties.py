"""Reports upward and progress notes, and the rounds of duties that repeat.

Cases of before get the clocks of these duties with their next report, note, plan or level.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_UP = """
ALTER TABLE cases.case_clocks
    ADD COLUMN kept integer NOT NULL DEFAULT 0,
    ADD COLUMN missed integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT ck_case_clocks_rounds CHECK (kept >= 0 AND missed >= 0);
CREATE TABLE cases.reports (
    id uuid NOT NULL CONSTRAINT pk_reports PRIMARY KEY,
    case_id uuid NOT NULL CONSTRAINT fk_reports_case_id_cases REFERENCES cases.cases (id),
    reported_to text NOT NULL,
    summary text NOT NULL,
    reported_at timestamptz NOT NULL,
    done_by text NOT NULL,
    done_at timestamptz NOT NULL,
    CONSTRAINT ck_reports_made_before_told CHECK (reported_at <= done_at)
);
CREATE INDEX ix_reports_case ON cases.reports (case_id, id);
CREATE TABLE cases.progress_notes (
    id uuid NOT NULL CONSTRAINT pk_progress_notes PRIMARY KEY,
    case_id uuid NOT NULL CONSTRAINT fk_progress_notes_case_id_cases REFERENCES cases.cases (id),
    note text NOT NULL,
    done_by text NOT NULL,
    done_at timestamptz NOT NULL
);
CREATE INDEX ix_progress_notes_case ON cases.progress_notes (case_id, id);
REVOKE UPDATE, DELETE ON cases.reports, cases.progress_notes
    FROM wengang_cases_api, wengang_cases_worker;
UPDATE cases.cases SET escalates_at = DEFAULT WHERE status = 'suspended'
"""
_DOWN = """
DROP TABLE cases.progress_notes, cases.reports;
ALTER TABLE cases.case_clocks
    DROP CONSTRAINT ck_case_clocks_rounds, DROP COLUMN missed, DROP COLUMN kept
"""


def upgrade() -> None:
    """Add them, and let the sweep look at suspended cases anew."""
    for statement in _UP.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in _DOWN.split(";\n"):
        op.execute(statement)
