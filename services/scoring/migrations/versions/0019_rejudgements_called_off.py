"""Full judgements can be called off."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add who called a full judgement off, and when."""
    op.execute(
        """
        ALTER TABLE scoring.rejudgements
            ADD COLUMN cancelled_at timestamptz,
            ADD COLUMN cancelled_by text,
            ADD CONSTRAINT ck_rejudgements_cancelled_by_somebody
                CHECK ((cancelled_at IS NULL) = (cancelled_by IS NULL)),
            ADD CONSTRAINT ck_rejudgements_one_end
                CHECK (num_nonnulls(cancelled_at, failed_at) <= 1)
        """
    )


def downgrade() -> None:
    """Drop it; what was called off goes on."""
    op.execute(
        "ALTER TABLE scoring.rejudgements"
        " DROP COLUMN cancelled_at CASCADE, DROP COLUMN cancelled_by CASCADE"
    )
