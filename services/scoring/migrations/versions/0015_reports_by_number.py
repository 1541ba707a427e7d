"""Reports of layoffs are known by enterprise, day and number."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the number; what there is has none."""
    op.execute(
        """
        ALTER TABLE scoring.layoff_reports
            ADD COLUMN reference text NOT NULL DEFAULT '',
            DROP CONSTRAINT pk_layoff_reports,
            ADD CONSTRAINT pk_layoff_reports PRIMARY KEY (uscc, reported_on, reference, version)
        """
    )


def downgrade() -> None:
    """Drop the number; refused by PostgreSQL once two reports are of one day."""
    op.execute(
        """
        ALTER TABLE scoring.layoff_reports
            DROP CONSTRAINT pk_layoff_reports,
            DROP COLUMN reference,
            ADD CONSTRAINT pk_layoff_reports PRIMARY KEY (uscc, reported_on, version)
        """
    )
