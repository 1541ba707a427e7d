"""Names of enterprises that people of the city add."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """
        CREATE TABLE ingest.enterprise_aliases (
            enterprise_id bigint NOT NULL
                CONSTRAINT fk_enterprise_aliases_enterprise_id_enterprises
                REFERENCES ingest.enterprises (id),
            place integer NOT NULL,
            alias text NOT NULL,
            added_by text NOT NULL,
            added_at timestamptz NOT NULL,
            CONSTRAINT pk_enterprise_aliases PRIMARY KEY (enterprise_id, place),
            CONSTRAINT uq_enterprise_aliases_enterprise_id_alias UNIQUE (enterprise_id, alias),
            CONSTRAINT ck_enterprise_aliases_alias CHECK (char_length(alias) >= 2)
        )
        """
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE ingest.enterprise_aliases")
