"""Enterprises that go on as others: mergers, divisions, new credit codes."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """
        CREATE TABLE ingest.successions (
            predecessor_id bigint NOT NULL
                CONSTRAINT fk_successions_predecessor_id_enterprises
                REFERENCES ingest.enterprises (id),
            successor_id bigint NOT NULL
                CONSTRAINT fk_successions_successor_id_enterprises
                REFERENCES ingest.enterprises (id),
            version integer NOT NULL,
            kind text NOT NULL,
            effective_on date NOT NULL,
            reference text,
            withdrawn boolean NOT NULL,
            recorded_by text NOT NULL,
            recorded_at timestamptz NOT NULL,
            CONSTRAINT pk_successions PRIMARY KEY (predecessor_id, successor_id, version),
            CONSTRAINT ck_successions_version CHECK (version >= 1),
            CONSTRAINT ck_successions_two_enterprises CHECK (predecessor_id <> successor_id),
            CONSTRAINT ck_successions_kind
                CHECK (kind IN ('merger', 'division', 'code_change')),
            CONSTRAINT ck_successions_withdrawn CHECK (NOT withdrawn OR version > 1)
        )
        """
    )
    op.execute("CREATE INDEX ix_successions_successor_id ON ingest.successions (successor_id)")


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE ingest.successions")
