"""What became of cases, to learn from."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """
        CREATE TABLE scoring.outcomes (
            case_id uuid NOT NULL CONSTRAINT pk_outcomes PRIMARY KEY,
            version integer NOT NULL,
            warning_id uuid NOT NULL,
            outcome text,
            occurred_at timestamptz NOT NULL,
            CONSTRAINT ck_outcomes_version_counts CHECK (version >= 1)
        )
        """
    )
    op.execute("CREATE INDEX ix_outcomes_warning_id ON scoring.outcomes (warning_id)")


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE scoring.outcomes")
