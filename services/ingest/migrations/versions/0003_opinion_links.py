"""Readings of opinion items, whom they mention, and the search of older texts for new names."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_UP = (
    """
    CREATE TABLE ingest.opinion_readings (
        item uuid NOT NULL CONSTRAINT pk_opinion_readings PRIMARY KEY
            CONSTRAINT fk_opinion_readings_item_opinion_items REFERENCES ingest.opinion_items (id),
        version integer NOT NULL,
        published_at timestamptz NOT NULL,
        sketch bytea NOT NULL,
        cluster text COLLATE "C" NOT NULL
    )
    """,
    "CREATE INDEX ix_opinion_readings_cluster ON ingest.opinion_readings (cluster)",
    """
    CREATE TABLE ingest.opinion_mentions (
        item uuid NOT NULL
            CONSTRAINT fk_opinion_mentions_item_opinion_items REFERENCES ingest.opinion_items (id),
        uscc text COLLATE "C" NOT NULL
            CONSTRAINT fk_opinion_mentions_uscc_enterprises REFERENCES ingest.enterprises (uscc),
        version integer NOT NULL,
        withdrawn boolean NOT NULL,
        published_at timestamptz NOT NULL,
        negative boolean NOT NULL,
        confidence double precision NOT NULL,
        kinds text[] NOT NULL,
        announced integer,
        announced_share double precision,
        places jsonb NOT NULL,
        CONSTRAINT pk_opinion_mentions PRIMARY KEY (item, uscc)
    )
    """,
    "CREATE INDEX ix_opinion_mentions_uscc ON ingest.opinion_mentions (uscc, published_at, item)",
    """
    CREATE TABLE ingest.opinion_searches (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_opinion_searches PRIMARY KEY,
        usccs text[] NOT NULL,
        after_published_at timestamptz NOT NULL,
        after_item uuid
    )
    """,
    """
    CREATE TABLE ingest.names_revision (
        id integer NOT NULL CONSTRAINT pk_names_revision PRIMARY KEY
            CONSTRAINT ck_names_revision_one CHECK (id = 1),
        revision bigint NOT NULL
    )
    """,
)

_DOWN = """
DROP TABLE ingest.names_revision, ingest.opinion_searches, ingest.opinion_mentions,
    ingest.opinion_readings
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.execute(_DOWN)
