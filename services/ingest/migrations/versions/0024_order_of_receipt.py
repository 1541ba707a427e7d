"""Imports of a feed that were received after another are found by their time of receipt."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_imports_received", "imports", ["feed", "received_at"], schema="ingest")


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_imports_received", "imports", schema="ingest")
