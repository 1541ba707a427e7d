"""Imports of a feed that were received before or after another are found by that time."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    op.create_index("ix_imports_received", "imports", ["feed", "received_at"], schema="ingest")
    op.create_index(
        "ix_imports_awaited",
        "imports",
        ["feed", "received_at"],
        schema="ingest",
        postgresql_where=sa.text("(due_at IS NOT NULL OR state = 'failed') AND NOT dry_run"),
    )


def downgrade() -> None:
    """Take them back."""
    op.drop_index("ix_imports_awaited", "imports", schema="ingest")
    op.drop_index("ix_imports_received", "imports", schema="ingest")
