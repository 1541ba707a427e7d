"""A file that replaces a period tells how far it is before any of it takes effect."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep how many rows were gone through."""
    op.execute("ALTER TABLE ingest.imports ADD COLUMN rows_read integer NOT NULL DEFAULT 0")
    op.execute("GRANT UPDATE (rows_read) ON ingest.imports TO wengang_ingest_worker")


def downgrade() -> None:
    """Forget it."""
    op.execute("ALTER TABLE ingest.imports DROP COLUMN rows_read")
