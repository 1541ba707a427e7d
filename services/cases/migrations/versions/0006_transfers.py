"""Cases that another district is asked to take over."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_UP = (
    """
    ALTER TABLE cases.cases
        ADD COLUMN transfer_to text,
        ADD COLUMN transfer_by text,
        ADD COLUMN transfer_at timestamptz,
        ADD COLUMN transfer_time interval NOT NULL DEFAULT '0'
    """,
    """
    ALTER TABLE cases.cases ADD CONSTRAINT ck_cases_transfer CHECK (
        (transfer_to IS NULL) = (transfer_by IS NULL)
        AND (transfer_to IS NULL) = (transfer_at IS NULL) AND transfer_to <> district
        AND (transfer_to IS NULL
            OR status IN ('accepted', 'verifying', 'planned', 'in_disposition'))
    ) NOT VALID
    """,
    "ALTER TABLE cases.cases VALIDATE CONSTRAINT ck_cases_transfer",
    "CREATE INDEX ix_cases_transfer_to ON cases.cases (transfer_to) WHERE transfer_to IS NOT NULL",
)


def upgrade() -> None:
    """Add what is known of a transfer."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Forget it."""
    op.execute("DROP INDEX cases.ix_cases_transfer_to")
    op.execute("ALTER TABLE cases.cases DROP CONSTRAINT ck_cases_transfer")
    op.execute(
        "ALTER TABLE cases.cases DROP COLUMN transfer_to, DROP COLUMN transfer_by,"
        " DROP COLUMN transfer_at, DROP COLUMN transfer_time"
    )
