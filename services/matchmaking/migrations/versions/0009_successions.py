"""Who went on as whom: the successor stands on the protection lists of its predecessor."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, and say of an entry by whom a candidate stands on it."""
    op.execute(
        """
        CREATE TABLE matchmaking.successions (
            predecessor text NOT NULL,
            successor text NOT NULL,
            version integer NOT NULL,
            kind text NOT NULL,
            effective_on date NOT NULL,
            known_on date NOT NULL,
            withdrawn_on date,
            CONSTRAINT pk_successions PRIMARY KEY (predecessor, successor),
            CONSTRAINT ck_successions_version CHECK (version >= 1)
        )
        """
    )
    op.execute("CREATE INDEX ix_successions_successor ON matchmaking.successions (successor)")
    op.execute("ALTER TABLE matchmaking.candidate_lists ADD COLUMN listed_as text")


def downgrade() -> None:
    """Drop them."""
    op.execute("ALTER TABLE matchmaking.candidate_lists DROP COLUMN listed_as")
    op.execute("DROP TABLE matchmaking.successions")
