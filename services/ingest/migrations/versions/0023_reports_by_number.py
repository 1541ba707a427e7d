"""Reports of layoffs are known by enterprise, day and number: two of one firm on a day are two."""

from services.ingest.migrations.observations import days_to_events_v1, events_to_days_v1

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the period name which of the day."""
    days_to_events_v1("layoff_report")


def downgrade() -> None:
    """Take it back."""
    events_to_days_v1("layoff_report")
