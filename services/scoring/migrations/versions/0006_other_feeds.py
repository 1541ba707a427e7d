"""What other feeds say is kept too, before a feature reads it: their periods are days or events."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MONTH = "period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'"
# The first migration's names went through the convention twice.
_OLD = "ck_observations_ck_observations_period_is_a_month"
_NEW = "ck_observations_period_is_a_month"


def upgrade() -> None:
    """Ask only the headcounts for months."""
    _replace(_OLD, _NEW, f"feed <> 'insured_headcount' OR {_MONTH}")


def downgrade() -> None:
    """Forget the other feeds; their facts stand in ingest."""
    op.execute("DELETE FROM scoring.observations WHERE feed <> 'insured_headcount'")
    _replace(_NEW, _OLD, _MONTH)


def _replace(old: str, new: str, condition: str) -> None:
    op.execute(f"ALTER TABLE scoring.observations DROP CONSTRAINT {old}")
    # Validated afterwards, so that nobody waits while the rows are looked at.
    op.execute(
        f"ALTER TABLE scoring.observations ADD CONSTRAINT {new} CHECK ({condition}) NOT VALID"
    )
    op.execute(f"ALTER TABLE scoring.observations VALIDATE CONSTRAINT {new}")
