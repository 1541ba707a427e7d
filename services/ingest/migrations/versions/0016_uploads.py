"""Files that come in pieces."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """
        CREATE TABLE ingest.uploads (
            id uuid NOT NULL CONSTRAINT pk_uploads PRIMARY KEY,
            agency text NOT NULL,
            feed text NOT NULL,
            filename text NOT NULL,
            mapping text,
            mapping_version integer,
            contract_version text,
            dry_run boolean NOT NULL,
            reject_above double precision,
            length bigint NOT NULL CONSTRAINT ck_uploads_length CHECK (length > 0),
            sha256 text,
            begun_at timestamptz NOT NULL DEFAULT now(),
            import_id uuid
                CONSTRAINT fk_uploads_import_id_imports REFERENCES ingest.imports (id)
        )
        """
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE ingest.uploads")
