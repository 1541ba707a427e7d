"""Correction tickets: an officer doubts a fact, its sender answers."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """
        CREATE TABLE ingest.correction_tickets (
            id uuid NOT NULL CONSTRAINT pk_correction_tickets PRIMARY KEY,
            feed text NOT NULL,
            enterprise_id bigint NOT NULL
                CONSTRAINT fk_correction_tickets_enterprise_id_enterprises
                REFERENCES ingest.enterprises (id),
            period text NOT NULL,
            version integer NOT NULL,
            import_id uuid NOT NULL
                CONSTRAINT fk_correction_tickets_import_id_imports REFERENCES ingest.imports (id),
            agency text NOT NULL,
            doubt text NOT NULL,
            opened_by text NOT NULL,
            opened_at timestamptz NOT NULL,
            due_on date NOT NULL,
            state text NOT NULL,
            answer text,
            answered_at timestamptz,
            CONSTRAINT ck_correction_tickets_state
                CHECK (state IN ('open', 'confirmed', 'upheld')),
            CONSTRAINT ck_correction_tickets_answered CHECK (
                (state = 'open') = (answered_at IS NULL) AND (state = 'open') = (answer IS NULL)
            )
        )
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX uq_correction_tickets_open
            ON ingest.correction_tickets (enterprise_id, feed, period) WHERE state = 'open'
        """
    )
    op.execute(
        "CREATE INDEX ix_correction_tickets_agency ON ingest.correction_tickets (agency, id)"
    )
    op.execute(
        """
        REVOKE UPDATE, DELETE ON ingest.correction_tickets
            FROM wengang_ingest_api, wengang_ingest_worker
        """
    )
    op.execute(
        """
        GRANT UPDATE (state, answer, answered_at)
            ON ingest.correction_tickets TO wengang_ingest_api
        """
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE ingest.correction_tickets")
