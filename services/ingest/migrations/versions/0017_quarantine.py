"""Quarantine: rows about enterprises that the register does not know yet wait, as a fifth fate."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_UP = (
    """
    ALTER TABLE ingest.imports
        ADD COLUMN quarantined integer NOT NULL DEFAULT 0,
        DROP CONSTRAINT ck_imports_accounting,
        ADD CONSTRAINT ck_imports_accounting CHECK (
            rows = accepted + duplicate + superseding + rejected + quarantined
            AND least(accepted, duplicate, superseding, rejected, quarantined) >= 0
        )
    """,
    "GRANT UPDATE (quarantined) ON ingest.imports TO wengang_ingest_worker",
    """
    CREATE TABLE ingest.quarantine (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_quarantine PRIMARY KEY,
        feed text NOT NULL,
        agency text NOT NULL,
        import_id uuid NOT NULL
            CONSTRAINT fk_quarantine_import_id_imports REFERENCES ingest.imports (id),
        row_index integer NOT NULL,
        uscc text COLLATE "C" NOT NULL,
        key text[] COLLATE "C" NOT NULL,
        record jsonb,
        received_at timestamptz NOT NULL,
        enterprise_id bigint
            CONSTRAINT fk_quarantine_enterprise_id_enterprises REFERENCES ingest.enterprises (id),
        state text NOT NULL CONSTRAINT ck_quarantine_state
            CHECK (state IN ('held', 'released', 'rejected', 'withdrawn', 'expired')),
        fate text CONSTRAINT ck_quarantine_fate
            CHECK (fate IN ('accepted', 'duplicate', 'superseding')),
        ended_at timestamptz,
        CONSTRAINT ck_quarantine_ended CHECK ((state = 'held') = (ended_at IS NULL)),
        CONSTRAINT ck_quarantine_record CHECK ((state = 'held') = (record IS NOT NULL)),
        CONSTRAINT ck_quarantine_released CHECK ((state = 'released') = (fate IS NOT NULL))
    )
    """,
    """
    CREATE INDEX ix_quarantine_newest ON ingest.quarantine (feed, key, id) WHERE state = 'held'
    """,
    """
    CREATE INDEX ix_quarantine_unknown ON ingest.quarantine (uscc)
        WHERE state = 'held' AND enterprise_id IS NULL
    """,
    """
    CREATE INDEX ix_quarantine_due ON ingest.quarantine (id)
        WHERE state = 'held' AND enterprise_id IS NOT NULL
    """,
    """
    CREATE INDEX ix_quarantine_behind ON ingest.quarantine (enterprise_id, feed)
        WHERE state = 'held' AND enterprise_id IS NOT NULL
    """,
    "CREATE INDEX ix_quarantine_age ON ingest.quarantine (received_at) WHERE state = 'held'",
    "CREATE INDEX ix_quarantine_import ON ingest.quarantine (import_id, id)",
    "CREATE INDEX ix_quarantine_agency ON ingest.quarantine (agency, id)",
    # What came in and what became of it stays; nothing is removed.
    "REVOKE UPDATE, DELETE ON ingest.quarantine FROM wengang_ingest_api, wengang_ingest_worker",
    """
    GRANT UPDATE (record, enterprise_id, state, fate, ended_at)
        ON ingest.quarantine TO wengang_ingest_api, wengang_ingest_worker
    """,
)

_DOWN = (
    "DROP TABLE ingest.quarantine",
    """
    ALTER TABLE ingest.imports
        DROP CONSTRAINT ck_imports_accounting,
        ADD CONSTRAINT ck_imports_accounting CHECK (
            rows = accepted + duplicate + superseding + rejected
            AND least(accepted, duplicate, superseding, rejected) >= 0
        ) NOT VALID,
        DROP COLUMN quarantined
    """,
)


def upgrade() -> None:
    """Create the table, and let imports count its rows."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop both."""
    for statement in _DOWN:
        op.execute(statement)
