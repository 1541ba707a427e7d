"""Rows that can be released are found in the order of their receipt, however many wait."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_DUE = "WHERE state = 'held' AND enterprise_id IS NOT NULL"
_UP = (
    "DROP INDEX ingest.ix_quarantine_due",
    f"CREATE INDEX ix_quarantine_due ON ingest.quarantine (received_at, id) {_DUE}",
)
_DOWN = (
    "DROP INDEX ingest.ix_quarantine_due",
    f"CREATE INDEX ix_quarantine_due ON ingest.quarantine (id) {_DUE}",
)


def upgrade() -> None:
    """Exchange the index."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Exchange it back."""
    for statement in _DOWN:
        op.execute(statement)
