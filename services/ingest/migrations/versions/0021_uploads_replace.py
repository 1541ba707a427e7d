"""Files that come in pieces may replace a period, as every file may."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep which period an upload is to replace."""
    op.execute("ALTER TABLE ingest.uploads ADD COLUMN replaces_period text")


def downgrade() -> None:
    """Forget it."""
    op.execute("ALTER TABLE ingest.uploads DROP COLUMN replaces_period")
