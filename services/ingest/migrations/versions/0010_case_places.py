"""Where cases lie: whoever has one sees its enterprise."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """
        CREATE TABLE ingest.case_places (
            case_id uuid NOT NULL,
            version integer NOT NULL,
            uscc text COLLATE "C" NOT NULL,
            district text NOT NULL,
            stands boolean NOT NULL,
            CONSTRAINT pk_case_places PRIMARY KEY (case_id)
        )
        """
    )
    op.execute("CREATE INDEX ix_case_places_uscc ON ingest.case_places (uscc) WHERE stands")
    op.execute(
        "CREATE INDEX ix_case_places_district ON ingest.case_places (district, uscc) WHERE stands"
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE ingest.case_places")
