"""Full judgements of the city: who asked, their parts, and what was found of every enterprise."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SLOTS = 3

_TABLES = """
CREATE TABLE scoring.rejudgements (
    id uuid NOT NULL,
    slot smallint NOT NULL,
    as_of date NOT NULL,
    because text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    parts integer NOT NULL,
    begun_at timestamptz,
    CONSTRAINT pk_rejudgements PRIMARY KEY (id),
    CONSTRAINT ck_rejudgements_parts_counted CHECK (parts >= 1),
    CONSTRAINT ck_rejudgements_slot_there CHECK (slot BETWEEN 0 AND 2)
);
CREATE INDEX ix_rejudgements_asked_at ON scoring.rejudgements (asked_at, id);
CREATE TABLE scoring.rejudgement_parts (
    rejudgement_id uuid NOT NULL,
    number integer NOT NULL,
    begin text NOT NULL,
    until text,
    done_at timestamptz,
    enterprises bigint,
    standing bigint,
    moved bigint,
    CONSTRAINT pk_rejudgement_parts PRIMARY KEY (rejudgement_id, number),
    CONSTRAINT ck_rejudgement_parts_done_says_how_many
        CHECK ((done_at IS NULL) = (enterprises IS NULL))
);
CREATE INDEX ix_rejudgement_parts_open ON scoring.rejudgement_parts (rejudgement_id, number)
    WHERE done_at IS NULL
"""


def upgrade() -> None:
    """Create the tables; the worker alone empties those of outlooks."""
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    for slot in range(_SLOTS):
        op.execute(
            f"CREATE TABLE scoring.outlooks_{slot} (uscc text NOT NULL,"
            " likelihood double precision NOT NULL, learned double precision,"
            f" CONSTRAINT pk_outlooks_{slot} PRIMARY KEY (uscc))"
        )
        op.execute(f"GRANT TRUNCATE ON scoring.outlooks_{slot} TO wengang_scoring_worker")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE scoring.outlooks_0, scoring.outlooks_1, scoring.outlooks_2")
    op.execute("DROP TABLE scoring.rejudgement_parts, scoring.rejudgements")
