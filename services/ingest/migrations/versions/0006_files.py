"""Files: imports that are worked off by the worker, dry runs, and the mappings of agencies."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_UP = (
    """
    ALTER TABLE ingest.imports
        ADD COLUMN kind text NOT NULL DEFAULT 'batch',
        ADD COLUMN filename text,
        ADD COLUMN format text,
        ADD COLUMN encoding text,
        ADD COLUMN mapping text,
        ADD COLUMN mapping_version integer,
        ADD COLUMN dry_run boolean NOT NULL DEFAULT false,
        ADD COLUMN total integer,
        ADD COLUMN errors integer NOT NULL DEFAULT 0,
        ADD COLUMN unknowns jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN finished_at timestamptz,
        ADD COLUMN repeats uuid
            CONSTRAINT fk_imports_repeats_imports REFERENCES ingest.imports (id),
        ADD COLUMN trace text,
        ADD COLUMN lease uuid,
        ADD COLUMN due_at timestamptz,
        ADD COLUMN attempts integer NOT NULL DEFAULT 0
    """,
    "UPDATE ingest.imports SET finished_at = received_at",
    "ALTER TABLE ingest.imports DROP CONSTRAINT ck_imports_state",
    """
    ALTER TABLE ingest.imports
        ADD CONSTRAINT ck_imports_kind CHECK (kind IN ('batch', 'file')),
        ADD CONSTRAINT ck_imports_state CHECK (
            CASE state
                WHEN 'received' THEN kind = 'file' AND rows = 0
                WHEN 'validating' THEN kind = 'file' AND (dry_run OR rows = 0)
                WHEN 'committing' THEN kind = 'file' AND NOT dry_run
                WHEN 'completed' THEN rejected = 0 AND rows > 0
                WHEN 'completed_with_errors' THEN rejected > 0 AND rejected < rows
                WHEN 'rejected' THEN rejected = rows
                WHEN 'cancelled' THEN kind = 'file'
                ELSE false
            END
        ),
        ADD CONSTRAINT ck_imports_finished CHECK (
            (finished_at IS NOT NULL) = (state NOT IN ('received', 'validating', 'committing'))
        ),
        ADD CONSTRAINT ck_imports_due CHECK ((due_at IS NULL) = (finished_at IS NOT NULL)),
        ADD CONSTRAINT ck_imports_lease CHECK (lease IS NULL OR finished_at IS NULL),
        ADD CONSTRAINT ck_imports_whole CHECK (
            state NOT IN ('completed', 'completed_with_errors') OR kind = 'batch' OR rows = total
        ),
        ADD CONSTRAINT ck_imports_mapping CHECK ((mapping IS NULL) = (mapping_version IS NULL))
    """,
    "CREATE INDEX ix_imports_due ON ingest.imports (due_at) WHERE due_at IS NOT NULL",
    """
    CREATE TABLE ingest.mappings (
        agency text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        version integer NOT NULL CONSTRAINT ck_mappings_version CHECK (version >= 1),
        feed text NOT NULL,
        document text NOT NULL,
        saved_at timestamptz NOT NULL,
        CONSTRAINT pk_mappings PRIMARY KEY (agency, name, version)
    )
    """,
    # What a dry run has seen of its own file; nothing else ever reads it.
    """
    CREATE TABLE ingest.trial_versions (
        import_id uuid NOT NULL
            CONSTRAINT fk_trial_versions_import_id_imports REFERENCES ingest.imports (id),
        key text COLLATE "C" NOT NULL,
        version integer NOT NULL,
        content jsonb NOT NULL,
        CONSTRAINT pk_trial_versions PRIMARY KEY (import_id, key)
    )
    """,
    "REVOKE UPDATE, DELETE ON ingest.mappings FROM wengang_ingest_api, wengang_ingest_worker",
    """
    GRANT UPDATE (state, format, encoding, total, rows, accepted, duplicate, superseding, rejected,
        errors, unknowns, finished_at, repeats, lease, due_at, attempts)
        ON ingest.imports TO wengang_ingest_worker
    """,
    "GRANT UPDATE (state, finished_at, lease, due_at) ON ingest.imports TO wengang_ingest_api",
)

_DOWN = (
    "DROP TABLE ingest.trial_versions, ingest.mappings",
    "DROP INDEX ingest.ix_imports_due",
    "REVOKE UPDATE ON ingest.imports FROM wengang_ingest_api, wengang_ingest_worker",
    """
    ALTER TABLE ingest.imports
        DROP CONSTRAINT ck_imports_mapping,
        DROP CONSTRAINT ck_imports_whole,
        DROP CONSTRAINT ck_imports_lease,
        DROP CONSTRAINT ck_imports_due,
        DROP CONSTRAINT ck_imports_finished,
        DROP CONSTRAINT ck_imports_state,
        DROP CONSTRAINT ck_imports_kind,
        DROP COLUMN attempts,
        DROP COLUMN due_at,
        DROP COLUMN lease,
        DROP COLUMN trace,
        DROP COLUMN repeats,
        DROP COLUMN finished_at,
        DROP COLUMN unknowns,
        DROP COLUMN errors,
        DROP COLUMN total,
        DROP COLUMN dry_run,
        DROP COLUMN mapping_version,
        DROP COLUMN mapping,
        DROP COLUMN encoding,
        DROP COLUMN format,
        DROP COLUMN filename,
        DROP COLUMN kind,
        ADD CONSTRAINT ck_imports_state CHECK (
            state = CASE
                WHEN rejected = 0 THEN 'completed'
                WHEN rejected = rows THEN 'rejected'
                ELSE 'completed_with_errors'
            END
        )
    """,
)


def upgrade() -> None:
    """Let imports be files, and create the tables beside them."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in _DOWN:
        op.execute(statement)
