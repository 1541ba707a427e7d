"""Enterprises that go on as others: mergers, divisions, new credit codes."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """
        CREATE TABLE scoring.successions (
            predecessor text NOT NULL,
            successor text NOT NULL,
            version bigint NOT NULL,
            kind text NOT NULL,
            effective_on date NOT NULL,
            withdrawn boolean NOT NULL,
            received_at timestamptz NOT NULL,
            CONSTRAINT pk_successions PRIMARY KEY (predecessor, successor, version),
            CONSTRAINT ck_successions_version_counts CHECK (version >= 1),
            CONSTRAINT ck_successions_two_enterprises CHECK (predecessor <> successor),
            CONSTRAINT ck_successions_kind_known
                CHECK (kind IN ('merger', 'division', 'code_change'))
        )
        """
    )
    op.execute("CREATE INDEX ix_successions_successor ON scoring.successions (successor)")
    # What became known stays known: a correction is a further row.
    op.execute(
        "REVOKE UPDATE, DELETE ON scoring.successions"
        " FROM wengang_scoring_api, wengang_scoring_worker"
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE scoring.successions")
