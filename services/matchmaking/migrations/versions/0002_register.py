"""Where the register says that enterprises lie: warned ones are listed by it."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the register; drop the index of the district that no longer decides."""
    op.execute(
        """
        CREATE TABLE matchmaking.enterprises (
            uscc text NOT NULL CONSTRAINT pk_enterprises PRIMARY KEY,
            version integer NOT NULL CONSTRAINT ck_enterprises_version CHECK (version >= 1),
            name text NOT NULL,
            district text NOT NULL
        )
        """
    )
    op.execute("DROP INDEX matchmaking.ix_warned_enterprises_district_raised")


def downgrade() -> None:
    """Go back to the district that the warning told."""
    op.execute(
        "CREATE INDEX ix_warned_enterprises_district_raised"
        " ON matchmaking.warned_enterprises (district, raised_on, warning_id)"
    )
    op.execute("DROP TABLE matchmaking.enterprises")
