"""Trials of rule sets can be called off."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add who called a trial off, and when."""
    op.execute(
        """
        ALTER TABLE scoring.rule_trials
            ADD COLUMN cancelled_at timestamptz,
            ADD COLUMN cancelled_by text,
            ADD CONSTRAINT ck_rule_trials_cancelled_by_somebody
                CHECK ((cancelled_at IS NULL) = (cancelled_by IS NULL)),
            DROP CONSTRAINT ck_rule_trials_one_end,
            ADD CONSTRAINT ck_rule_trials_one_end
                CHECK (num_nonnulls(ended_at, cancelled_at, failed_at) <= 1)
        """
    )
    op.execute("DROP INDEX scoring.ix_rule_trials_waiting")
    op.execute(
        "CREATE INDEX ix_rule_trials_waiting ON scoring.rule_trials (id)"
        " WHERE ended_at IS NULL AND cancelled_at IS NULL AND failed_at IS NULL"
    )


def downgrade() -> None:
    """Drop it; what was called off waits again."""
    op.execute("DROP INDEX scoring.ix_rule_trials_waiting")
    op.execute(
        "ALTER TABLE scoring.rule_trials"
        " DROP COLUMN cancelled_at CASCADE, DROP COLUMN cancelled_by CASCADE,"
        " ADD CONSTRAINT ck_rule_trials_one_end CHECK (num_nonnulls(ended_at, failed_at) <= 1)"
    )
    op.execute(
        "CREATE INDEX ix_rule_trials_waiting ON scoring.rule_trials (id)"
        " WHERE ended_at IS NULL AND failed_at IS NULL"
    )
