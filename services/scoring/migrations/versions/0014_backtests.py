"""Backtests: what was asked, how far each is, its report; its cases until then."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.execute(
        """
        CREATE TABLE scoring.backtests (
            id uuid NOT NULL,
            since date NOT NULL,
            until date NOT NULL,
            horizon_days integer NOT NULL,
            rules text,
            document jsonb,
            left_out text[] NOT NULL,
            sample integer,
            enterprises integer NOT NULL,
            asked_by text NOT NULL,
            asked_at timestamptz NOT NULL,
            reached text NOT NULL DEFAULT '',
            judged integer NOT NULL DEFAULT 0,
            quiet_weeks bigint NOT NULL DEFAULT 0,
            told jsonb NOT NULL DEFAULT '{}',
            ended_at timestamptz,
            report jsonb,
            cancelled_at timestamptz,
            cancelled_by text,
            CONSTRAINT pk_backtests PRIMARY KEY (id),
            CONSTRAINT ck_backtests_period_runs_forward CHECK (since <= until),
            CONSTRAINT ck_backtests_horizon_in_reach CHECK (horizon_days BETWEEN 30 AND 366),
            CONSTRAINT ck_backtests_sample_counts CHECK (sample IS NULL OR sample >= 1),
            CONSTRAINT ck_backtests_judged_counted CHECK (judged >= 0 AND quiet_weeks >= 0),
            CONSTRAINT ck_backtests_rules_written_out
                CHECK ((rules IS NULL) = (document IS NULL)),
            CONSTRAINT ck_backtests_ended_with_report
                CHECK ((ended_at IS NULL) = (report IS NULL)),
            CONSTRAINT ck_backtests_cancelled_by_somebody
                CHECK ((cancelled_at IS NULL) = (cancelled_by IS NULL)),
            CONSTRAINT ck_backtests_ended_or_cancelled
                CHECK (ended_at IS NULL OR cancelled_at IS NULL)
        )
        """
    )
    op.execute(
        "CREATE INDEX ix_backtests_waiting ON scoring.backtests (id)"
        " WHERE ended_at IS NULL AND cancelled_at IS NULL"
    )
    op.execute(
        """
        CREATE TABLE scoring.backtest_cases (
            backtest_id uuid NOT NULL CONSTRAINT fk_backtest_cases_backtest_id_backtests
                REFERENCES scoring.backtests (id),
            uscc text NOT NULL,
            said jsonb NOT NULL,
            CONSTRAINT pk_backtest_cases PRIMARY KEY (backtest_id, uscc)
        )
        """
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE scoring.backtest_cases")
    op.execute("DROP TABLE scoring.backtests")
