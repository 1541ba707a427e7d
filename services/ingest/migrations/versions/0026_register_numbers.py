"""The register numbers an enterprise when it is new, and only then.

A default is evaluated for every row that is sent, also for those that are there already: a whole
register that is sent each night used the numbers up, of which observations hold 32 bits.
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_NUMBERED = "ALTER TABLE ingest.enterprises ALTER COLUMN id SET GENERATED"


def upgrade() -> None:
    """Let the statement that enters an enterprise say its number."""
    op.execute(f"{_NUMBERED} BY DEFAULT")


def downgrade() -> None:
    """Take it back."""
    op.execute(f"{_NUMBERED} ALWAYS")
