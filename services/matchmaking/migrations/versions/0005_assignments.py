"""What assignments of rounds brought."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """
        CREATE TABLE matchmaking.assignments (
            id uuid NOT NULL CONSTRAINT pk_assignments PRIMARY KEY,
            round_id uuid NOT NULL
                CONSTRAINT fk_assignments_round_id_rounds REFERENCES matchmaking.rounds (id),
            assigned_at timestamptz NOT NULL,
            assigned_by text NOT NULL,
            seed text NOT NULL,
            candidates integer NOT NULL,
            offers integer NOT NULL,
            chosen integer NOT NULL,
            value double precision NOT NULL,
            bound double precision NOT NULL,
            gap double precision NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX ix_assignments_round_id ON matchmaking.assignments (round_id)")


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE matchmaking.assignments")
