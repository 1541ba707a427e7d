"""Files that are refused as a whole when too many of their rows are; files beyond 2 GiB."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the threshold, and widen the size."""
    op.execute(
        """
        ALTER TABLE ingest.imports
            ADD COLUMN reject_above double precision,
            ALTER COLUMN content_bytes TYPE bigint,
            ADD CONSTRAINT ck_imports_reject_above CHECK (reject_above BETWEEN 0 AND 100)
        """
    )


def downgrade() -> None:
    """Take both back."""
    op.execute(
        """
        ALTER TABLE ingest.imports
            DROP CONSTRAINT ck_imports_reject_above,
            DROP COLUMN reject_above,
            ALTER COLUMN content_bytes TYPE integer
        """
    )
