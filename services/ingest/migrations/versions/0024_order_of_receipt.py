"""Imports of a feed that were received before or after another are found by that time."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_UP = (
    "CREATE INDEX ix_imports_received ON ingest.imports (feed, received_at)",
    # Those that may still record something.
    """
    CREATE INDEX ix_imports_awaited ON ingest.imports (feed, received_at)
        WHERE (due_at IS NOT NULL OR state = 'failed') AND NOT dry_run
    """,
)
_DOWN = ("DROP INDEX ingest.ix_imports_awaited, ingest.ix_imports_received",)


def upgrade() -> None:
    """Make the indexes."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Take them back."""
    for statement in _DOWN:
        op.execute(statement)
