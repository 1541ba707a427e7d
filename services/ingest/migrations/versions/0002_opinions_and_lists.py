"""Opinion items, protection lists, short names; what waits to be matched with the register."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_UP = (
    "ALTER TABLE ingest.enterprises ADD COLUMN short_names text",
    "ALTER TABLE ingest.enterprise_versions ADD COLUMN short_names text",
    """
    CREATE TABLE ingest.protection_list_entries (
        list_kind text COLLATE "C" NOT NULL,
        edition text COLLATE "C" NOT NULL,
        enterprise_id bigint NOT NULL
            CONSTRAINT fk_protection_list_entries_enterprise_id_enterprises
            REFERENCES ingest.enterprises (id),
        version integer NOT NULL
            CONSTRAINT ck_protection_list_entries_version CHECK (version >= 1),
        valid_from date NOT NULL,
        valid_until date,
        reason text,
        received_at timestamptz NOT NULL,
        import_id uuid NOT NULL
            CONSTRAINT fk_protection_list_entries_import_id_imports REFERENCES ingest.imports (id),
        CONSTRAINT pk_protection_list_entries
            PRIMARY KEY (list_kind, edition, enterprise_id, version)
    )
    """,
    """
    CREATE TABLE ingest.opinion_items (
        id uuid NOT NULL CONSTRAINT pk_opinion_items PRIMARY KEY,
        agency text NOT NULL,
        item_id text NOT NULL,
        version integer NOT NULL,
        published_at timestamptz NOT NULL,
        CONSTRAINT uq_opinion_items_agency_item_id UNIQUE (agency, item_id)
    )
    """,
    "CREATE INDEX ix_opinion_items_published_at ON ingest.opinion_items (published_at, id)",
    """
    CREATE TABLE ingest.opinion_versions (
        item uuid NOT NULL
            CONSTRAINT fk_opinion_versions_item_opinion_items REFERENCES ingest.opinion_items (id),
        version integer NOT NULL CONSTRAINT ck_opinion_versions_version CHECK (version >= 1),
        published_at timestamptz NOT NULL,
        title text,
        text text NOT NULL,
        source text NOT NULL,
        url text,
        received_at timestamptz NOT NULL,
        import_id uuid NOT NULL
            CONSTRAINT fk_opinion_versions_import_id_imports REFERENCES ingest.imports (id),
        CONSTRAINT pk_opinion_versions PRIMARY KEY (item, version)
    )
    """,
    """
    CREATE TABLE ingest.opinions_waiting (
        item uuid NOT NULL CONSTRAINT pk_opinions_waiting PRIMARY KEY
            CONSTRAINT fk_opinions_waiting_item_opinion_items REFERENCES ingest.opinion_items (id),
        seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL
    )
    """,
    "CREATE INDEX ix_opinions_waiting_seq ON ingest.opinions_waiting (seq)",
    """
    CREATE TABLE ingest.names_waiting (
        enterprise_id bigint NOT NULL CONSTRAINT pk_names_waiting PRIMARY KEY
            CONSTRAINT fk_names_waiting_enterprise_id_enterprises
            REFERENCES ingest.enterprises (id)
    )
    """,
    """
    REVOKE UPDATE, DELETE ON ingest.protection_list_entries, ingest.opinion_versions
        FROM wengang_ingest_api, wengang_ingest_worker
    """,
)

_DOWN = (
    """
    DROP TABLE ingest.names_waiting, ingest.opinions_waiting, ingest.opinion_versions,
        ingest.opinion_items, ingest.protection_list_entries
    """,
    "ALTER TABLE ingest.enterprise_versions DROP COLUMN short_names",
    "ALTER TABLE ingest.enterprises DROP COLUMN short_names",
)


def upgrade() -> None:
    """Create the tables."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in _DOWN:
        op.execute(statement)
