"""Which feeds did not come in time: stated once for each feed, agency and period."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """
        CREATE TABLE ingest.late_feeds (
            feed text NOT NULL,
            agency text NOT NULL,
            period text NOT NULL,
            due_on date NOT NULL,
            stated_at timestamptz NOT NULL,
            CONSTRAINT pk_late_feeds PRIMARY KEY (feed, agency, period)
        )
        """
    )
    op.execute(
        "REVOKE UPDATE, DELETE ON ingest.late_feeds FROM wengang_ingest_api, wengang_ingest_worker"
    )


def downgrade() -> None:
    """Drop it: what is late is stated anew."""
    op.execute("DROP TABLE ingest.late_feeds")
