"""Withdrawals: imports that take a period back, and files that replace one as a whole."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_UP = (
    """
    ALTER TABLE ingest.imports
        ADD COLUMN replaces_period text,
        ADD COLUMN reason text,
        ADD COLUMN withdrawn integer NOT NULL DEFAULT 0,
        DROP CONSTRAINT ck_imports_kind,
        ADD CONSTRAINT ck_imports_kind CHECK (kind IN ('batch', 'file', 'withdrawal')),
        ADD CONSTRAINT ck_imports_withdrawal CHECK (
            kind <> 'withdrawal'
            OR (replaces_period IS NOT NULL AND reason IS NOT NULL AND withdrawn = rows)
        ),
        DROP CONSTRAINT ck_imports_whole,
        ADD CONSTRAINT ck_imports_whole CHECK (
            state NOT IN ('completed', 'completed_with_errors') OR kind <> 'file' OR rows = total
        )
    """,
    "GRANT UPDATE (withdrawn) ON ingest.imports TO wengang_ingest_worker",
)

_DOWN = """
ALTER TABLE ingest.imports
    DROP CONSTRAINT ck_imports_withdrawal,
    DROP CONSTRAINT ck_imports_kind,
    ADD CONSTRAINT ck_imports_kind CHECK (kind IN ('batch', 'file')) NOT VALID,
    DROP CONSTRAINT ck_imports_whole,
    ADD CONSTRAINT ck_imports_whole CHECK (
        state NOT IN ('completed', 'completed_with_errors') OR kind = 'batch' OR rows = total
    ) NOT VALID,
    DROP COLUMN withdrawn,
    DROP COLUMN reason,
    DROP COLUMN replaces_period
"""


def upgrade() -> None:
    """Let an import take back, or replace, what its agency had said of a period."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Forget of imports that they did."""
    op.execute(_DOWN)
