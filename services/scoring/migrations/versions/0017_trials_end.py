"""Trials of rule sets end when a part of them keeps failing."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add how a trial failed."""
    op.execute(
        """
        ALTER TABLE scoring.rule_trials
            ADD COLUMN failed_at timestamptz,
            ADD COLUMN failure jsonb,
            ADD CONSTRAINT ck_rule_trials_failed_with_reason
                CHECK ((failed_at IS NULL) = (failure IS NULL)),
            ADD CONSTRAINT ck_rule_trials_one_end CHECK (num_nonnulls(ended_at, failed_at) <= 1)
        """
    )
    op.execute("DROP INDEX scoring.ix_rule_trials_waiting")
    op.execute(
        "CREATE INDEX ix_rule_trials_waiting ON scoring.rule_trials (id)"
        " WHERE ended_at IS NULL AND failed_at IS NULL"
    )


def downgrade() -> None:
    """Drop it; what failed waits again."""
    op.execute("DROP INDEX scoring.ix_rule_trials_waiting")
    op.execute("ALTER TABLE scoring.rule_trials DROP COLUMN failed_at CASCADE, DROP COLUMN failure")
    op.execute(
        "CREATE INDEX ix_rule_trials_waiting ON scoring.rule_trials (id) WHERE ended_at IS NULL"
    )
