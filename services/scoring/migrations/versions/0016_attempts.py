"""Backtests and full judgements end when a part of them keeps failing."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is being tried, and how it failed."""
    op.execute(
        """
        CREATE TABLE scoring.attempts (
            piece text NOT NULL,
            times integer NOT NULL,
            failure text NOT NULL,
            not_before timestamptz,
            CONSTRAINT pk_attempts PRIMARY KEY (piece),
            CONSTRAINT ck_attempts_times_counted CHECK (times >= 0)
        )
        """
    )
    op.execute(
        """
        ALTER TABLE scoring.backtests
            ADD COLUMN failed_at timestamptz,
            ADD COLUMN failure jsonb,
            ADD CONSTRAINT ck_backtests_failed_with_reason
                CHECK ((failed_at IS NULL) = (failure IS NULL)),
            ADD CONSTRAINT ck_backtests_one_end
                CHECK (num_nonnulls(ended_at, cancelled_at, failed_at) <= 1),
            DROP CONSTRAINT ck_backtests_ended_or_cancelled
        """
    )
    op.execute("DROP INDEX scoring.ix_backtests_waiting")
    op.execute(
        "CREATE INDEX ix_backtests_waiting ON scoring.backtests (id)"
        " WHERE ended_at IS NULL AND cancelled_at IS NULL AND failed_at IS NULL"
    )
    op.execute(
        """
        ALTER TABLE scoring.rejudgements
            ADD COLUMN failed_at timestamptz,
            ADD COLUMN failure jsonb,
            ADD CONSTRAINT ck_rejudgements_failed_with_reason
                CHECK ((failed_at IS NULL) = (failure IS NULL))
        """
    )


def downgrade() -> None:
    """Drop them; what failed waits again."""
    op.execute(
        "ALTER TABLE scoring.rejudgements DROP COLUMN failed_at CASCADE, DROP COLUMN failure"
    )
    op.execute("DROP INDEX scoring.ix_backtests_waiting")
    op.execute(
        """
        ALTER TABLE scoring.backtests
            DROP COLUMN failed_at CASCADE,
            DROP COLUMN failure,
            ADD CONSTRAINT ck_backtests_ended_or_cancelled
                CHECK (ended_at IS NULL OR cancelled_at IS NULL)
        """
    )
    op.execute(
        "CREATE INDEX ix_backtests_waiting ON scoring.backtests (id)"
        " WHERE ended_at IS NULL AND cancelled_at IS NULL"
    )
    op.execute("DROP TABLE scoring.attempts")
