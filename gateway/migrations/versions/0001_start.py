"""Partners, officers, the audit of every access; the kernel's tables."""

from alembic import op

from shared.bus.migration import kernel_down_v1, kernel_up_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_UP = """
CREATE TABLE gateway.partners (
    client_id text NOT NULL CONSTRAINT pk_partners PRIMARY KEY,
    kind text NOT NULL CONSTRAINT ck_partners_kind CHECK (kind IN ('agency', 'bank')),
    name text NOT NULL,
    feeds text[] NOT NULL,
    active boolean NOT NULL,
    version integer NOT NULL CONSTRAINT ck_partners_version CHECK (version >= 1),
    CONSTRAINT ck_partners_feeds CHECK (kind = 'agency' OR feeds = '{}')
);

CREATE TABLE gateway.officers (
    subject text NOT NULL CONSTRAINT pk_officers PRIMARY KEY,
    name text NOT NULL,
    roles text[] NOT NULL,
    districts text[] NOT NULL,
    active boolean NOT NULL,
    version integer NOT NULL
);

CREATE TABLE gateway.access_audit (
    id uuid NOT NULL CONSTRAINT pk_access_audit PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    kind text NOT NULL,
    action text,
    method text NOT NULL,
    path text NOT NULL,
    status integer NOT NULL,
    trace_id text,
    request_id text NOT NULL
);
CREATE INDEX ix_access_audit_actor ON gateway.access_audit (actor, id);
CREATE INDEX ix_access_audit_action ON gateway.access_audit (action, id);
REVOKE UPDATE, DELETE ON gateway.access_audit FROM wengang_gateway_api, wengang_gateway_worker;
"""

_DOWN = """
DROP TABLE gateway.access_audit, gateway.officers, gateway.partners;
"""


def upgrade() -> None:
    """Create everything."""
    kernel_up_v1("gateway")
    for statement in _UP.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop everything."""
    op.execute(_DOWN)
    kernel_down_v1("gateway")
