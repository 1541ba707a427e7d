"""The kernel's part of a service's migrations; a step that was released never changes."""

from alembic import op

_UP_V1 = """
CREATE TABLE {s}.event_log (
    event_id uuid NOT NULL CONSTRAINT pk_event_log PRIMARY KEY,
    subject text NOT NULL,
    payload bytea NOT NULL,
    headers jsonb NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX ix_event_log_subject ON {s}.event_log (subject, xid, event_id);

CREATE TABLE {s}.outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_outbox PRIMARY KEY,
    event_id uuid NOT NULL CONSTRAINT uq_outbox_event_id UNIQUE,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_outbox_xid ON {s}.outbox (xid, seq);

CREATE TABLE {s}.inbox (
    event_id uuid NOT NULL,
    consumer text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_inbox PRIMARY KEY (event_id, consumer)
);

CREATE TABLE {s}.inbox_dead (
    event_id text NOT NULL,
    consumer text NOT NULL,
    subject text NOT NULL,
    reason text NOT NULL,
    deliveries integer NOT NULL,
    payload bytea NOT NULL,
    headers jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    resolved_at timestamptz,
    resolved_by text,
    CONSTRAINT pk_inbox_dead PRIMARY KEY (event_id, consumer),
    CONSTRAINT ck_inbox_dead_resolved CHECK ((resolved_at IS NULL) = (resolved_by IS NULL))
);

CREATE TABLE {s}.reconcile_mark (
    consumer text NOT NULL CONSTRAINT pk_reconcile_mark PRIMARY KEY,
    xid xid8 NOT NULL,
    event_id uuid NOT NULL,
    resent bigint NOT NULL DEFAULT 0
);

CREATE TABLE {s}.idempotency (
    client text NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    response bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_idempotency PRIMARY KEY (client, key)
);

-- What was stated is never edited; only the pruning of the worker removes what is old.
REVOKE UPDATE, DELETE ON {s}.event_log FROM wengang_{s}_api;
REVOKE UPDATE ON {s}.event_log FROM wengang_{s}_worker;
"""

_DOWN_V1 = """
DROP TABLE {s}.idempotency, {s}.reconcile_mark, {s}.inbox_dead, {s}.inbox, {s}.outbox,
    {s}.event_log;
"""

_UP_V2 = """
CREATE TABLE {s}.chore (
    name text NOT NULL CONSTRAINT pk_chore PRIMARY KEY,
    every interval NOT NULL,
    business boolean NOT NULL,
    ran_for timestamptz
);
-- The worker says what it did; the API only tells.
REVOKE INSERT, UPDATE, DELETE ON {s}.chore FROM wengang_{s}_api;
"""


def kernel_up_v1(schema: str) -> None:
    """Create the kernel's first tables in a service's schema."""
    _run(_UP_V1, schema)


def kernel_down_v1(schema: str) -> None:
    """Drop what `kernel_up_v1` created."""
    _run(_DOWN_V1, schema)


def kernel_up_v2(schema: str) -> None:
    """Create the table of what the leading worker does again and again."""
    _run(_UP_V2, schema)


def kernel_down_v2(schema: str) -> None:
    """Drop what `kernel_up_v2` created."""
    _run("DROP TABLE {s}.chore", schema)


def kernel_up_v3(schema: str) -> None:
    """Let bodies of facts be kept as they are: to compress them costs more than to write them."""
    _run("ALTER TABLE {s}.event_log ALTER COLUMN payload SET STORAGE EXTERNAL", schema)


def kernel_down_v3(schema: str) -> None:
    """Let them be compressed again, as PostgreSQL does by default."""
    _run("ALTER TABLE {s}.event_log ALTER COLUMN payload SET STORAGE EXTENDED", schema)


def _run(script: str, schema: str) -> None:
    for statement in script.format(s=schema).split(";\n"):
        if statement.strip():
            op.execute(statement)
