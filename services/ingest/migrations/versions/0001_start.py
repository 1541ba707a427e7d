"""The schema to begin with: imports and their errors, the register, the observations."""

from alembic import op

from shared.bus.migration import kernel_down_v1, kernel_up_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_UP = (
    """
    CREATE TABLE ingest.imports (
        id uuid NOT NULL CONSTRAINT pk_imports PRIMARY KEY,
        feed text NOT NULL,
        contract_version text NOT NULL,
        agency text NOT NULL,
        content_sha256 text NOT NULL,
        content_bytes integer NOT NULL,
        received_at timestamptz NOT NULL,
        state text NOT NULL,
        rows integer NOT NULL,
        accepted integer NOT NULL,
        duplicate integer NOT NULL,
        superseding integer NOT NULL,
        rejected integer NOT NULL,
        CONSTRAINT ck_imports_accounting CHECK (
            rows = accepted + duplicate + superseding + rejected
            AND least(accepted, duplicate, superseding, rejected) >= 0
        ),
        CONSTRAINT ck_imports_state CHECK (
            state = CASE
                WHEN rejected = 0 THEN 'completed'
                WHEN rejected = rows THEN 'rejected'
                ELSE 'completed_with_errors'
            END
        )
    )
    """,
    "CREATE INDEX ix_imports_agency ON ingest.imports (agency, id)",
    "CREATE INDEX ix_imports_content ON ingest.imports (agency, feed, content_sha256, id)",
    """
    CREATE TABLE ingest.import_errors (
        import_id uuid NOT NULL
            CONSTRAINT fk_import_errors_import_id_imports REFERENCES ingest.imports (id),
        seq integer NOT NULL,
        row_index integer NOT NULL,
        column_name text,
        code text NOT NULL,
        shown_value text,
        params jsonb NOT NULL,
        CONSTRAINT pk_import_errors PRIMARY KEY (import_id, seq)
    )
    """,
    """
    CREATE TABLE ingest.enterprises (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_enterprises PRIMARY KEY,
        uscc text COLLATE "C" NOT NULL CONSTRAINT uq_enterprises_uscc UNIQUE,
        version integer NOT NULL,
        name text NOT NULL,
        district text NOT NULL,
        street text,
        industry text,
        status text NOT NULL,
        established_on date,
        registered_capital numeric(20, 2)
    )
    """,
    "CREATE INDEX ix_enterprises_district ON ingest.enterprises (district, uscc)",
    """
    CREATE TABLE ingest.enterprise_versions (
        enterprise_id bigint NOT NULL
            CONSTRAINT fk_enterprise_versions_enterprise_id_enterprises
            REFERENCES ingest.enterprises (id),
        version integer NOT NULL CONSTRAINT ck_enterprise_versions_version CHECK (version >= 1),
        name text NOT NULL,
        district text NOT NULL,
        street text,
        industry text,
        status text NOT NULL,
        established_on date,
        registered_capital numeric(20, 2),
        received_at timestamptz NOT NULL,
        import_id uuid NOT NULL
            CONSTRAINT fk_enterprise_versions_import_id_imports REFERENCES ingest.imports (id),
        CONSTRAINT pk_enterprise_versions PRIMARY KEY (enterprise_id, version)
    )
    """,
    """
    CREATE TABLE ingest.observations (
        feed text NOT NULL,
        enterprise_id bigint NOT NULL
            CONSTRAINT fk_observations_enterprise_id_enterprises
            REFERENCES ingest.enterprises (id),
        period text COLLATE "C" NOT NULL,
        version integer NOT NULL CONSTRAINT ck_observations_version CHECK (version >= 1),
        operation text NOT NULL,
        content jsonb NOT NULL,
        received_at timestamptz NOT NULL,
        import_id uuid NOT NULL
            CONSTRAINT fk_observations_import_id_imports REFERENCES ingest.imports (id),
        CONSTRAINT pk_observations PRIMARY KEY (feed, enterprise_id, period, version),
        CONSTRAINT ck_observations_operation CHECK ((version = 1) = (operation = 'record'))
    )
    """,
    # Written once, never edited: a correction is a further row.
    """
    REVOKE UPDATE, DELETE ON ingest.imports, ingest.import_errors, ingest.enterprise_versions,
        ingest.observations FROM wengang_ingest_api, wengang_ingest_worker
    """,
)

_DOWN = """
DROP TABLE ingest.observations, ingest.enterprise_versions, ingest.enterprises,
    ingest.import_errors, ingest.imports
"""


def upgrade() -> None:
    """Create the tables."""
    kernel_up_v1("ingest")
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute(_DOWN)
    kernel_down_v1("ingest")
