"""The day on which a warning was raised, once the fact that raised it has come."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE matchmaking.warned_enterprises ADD COLUMN opened_on date")


def downgrade() -> None:
    """Drop it."""
    op.execute("ALTER TABLE matchmaking.warned_enterprises DROP COLUMN opened_on")
