"""Sessions of the console; the worker has no business with them."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_UP = """
CREATE TABLE gateway.console_sessions (
    id_hash bytea NOT NULL CONSTRAINT pk_console_sessions PRIMARY KEY,
    sealed bytea NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT ck_console_sessions_id_hash CHECK (octet_length(id_hash) = 32)
);
REVOKE ALL ON gateway.console_sessions FROM wengang_gateway_worker;
"""


def upgrade() -> None:
    """Create the table."""
    for statement in _UP.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop it: everybody has to sign in again."""
    op.execute("DROP TABLE gateway.console_sessions")
