"""Representatives of enterprises."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """
        CREATE TABLE gateway.representatives (
            subject text NOT NULL CONSTRAINT pk_representatives PRIMARY KEY,
            name text NOT NULL,
            usccs text[] NOT NULL,
            active boolean NOT NULL,
            version integer NOT NULL,
            CONSTRAINT ck_representatives_version CHECK (version >= 1)
        )
        """
    )


def downgrade() -> None:
    """Drop it: nobody acts for an enterprise any more."""
    op.execute("DROP TABLE gateway.representatives")
