"""Reports of layoffs are known by enterprise, day and number: two of one firm on a day are two."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the period name which of the day; what there is keeps its key, the day alone."""
    op.execute(
        """
        ALTER TABLE ingest.observations_layoff_report
            ALTER COLUMN period TYPE text COLLATE "C" USING to_char(period, 'YYYY-MM-DD')
        """
    )


def downgrade() -> None:
    """Take it back; refused by PostgreSQL once a report has a number, for two may be of a day."""
    op.execute(
        "ALTER TABLE ingest.observations_layoff_report ALTER COLUMN period TYPE date"
        " USING period::date"
    )
