"""Archives of files: their names, by which errors are told."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE ingest.imports ADD COLUMN members text[] NOT NULL DEFAULT '{}'")
    op.execute("GRANT UPDATE (members) ON ingest.imports TO wengang_ingest_worker")


def downgrade() -> None:
    """Drop it."""
    op.execute("ALTER TABLE ingest.imports DROP COLUMN members")
