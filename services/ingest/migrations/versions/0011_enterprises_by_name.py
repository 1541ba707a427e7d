"""Enterprises can be looked up by the names that they have, had, or were given."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the indexes."""
    op.execute("CREATE INDEX ix_enterprises_name ON ingest.enterprises (name)")
    op.execute("CREATE INDEX ix_enterprise_versions_name ON ingest.enterprise_versions (name)")
    op.execute("CREATE INDEX ix_enterprise_aliases_alias ON ingest.enterprise_aliases (alias)")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP INDEX ingest.ix_enterprise_aliases_alias")
    op.execute("DROP INDEX ingest.ix_enterprise_versions_name")
    op.execute("DROP INDEX ingest.ix_enterprises_name")
