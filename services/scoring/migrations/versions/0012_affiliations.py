"""Who belongs together: what went wrong with whom, and who has to be judged for it."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and the way from the other enterprise to who told of it."""
    op.execute(
        """
        CREATE TABLE scoring.troubles (
            uscc text COLLATE "C" NOT NULL,
            kind text COLLATE "C" NOT NULL,
            since date NOT NULL,
            state text COLLATE "C",
            CONSTRAINT pk_troubles PRIMARY KEY (uscc, kind, since),
            CONSTRAINT ck_troubles_kind_known CHECK (kind IN ('level', 'default')),
            CONSTRAINT ck_troubles_state_known CHECK (
                state IN ('orange', 'red', 'F5', 'F4-DISHONEST', 'F4')
                AND (state IN ('orange', 'red')) = (kind = 'level')
            )
        )
        """
    )
    op.execute(
        """
        CREATE TABLE scoring.stirred (
            uscc text COLLATE "C" NOT NULL,
            since date NOT NULL,
            CONSTRAINT pk_stirred PRIMARY KEY (uscc)
        )
        """
    )
    op.execute(
        "CREATE INDEX ix_observations_affiliated ON scoring.observations"
        " (split_part(period, '/', 2)) WHERE feed = 'affiliation'"
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP INDEX scoring.ix_observations_affiliated")
    op.execute("DROP TABLE scoring.stirred")
    op.execute("DROP TABLE scoring.troubles")
