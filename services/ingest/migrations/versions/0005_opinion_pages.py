"""An index by which officers page through the texts that mention somebody."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index."""
    op.execute(
        "CREATE INDEX ix_opinion_readings_published_at ON ingest.opinion_readings"
        " (published_at, item)"
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP INDEX ingest.ix_opinion_readings_published_at")
