"""Imports that could not be worked off are set aside, for a person to take them up again."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_UP = (
    """
    ALTER TABLE ingest.imports
        ADD COLUMN failures integer NOT NULL DEFAULT 0,
        ADD COLUMN failure text,
        DROP CONSTRAINT ck_imports_state,
        ADD CONSTRAINT ck_imports_state CHECK (
            CASE state
                WHEN 'received' THEN kind = 'file' AND rows = 0
                WHEN 'validating' THEN kind = 'file' AND (dry_run OR rows = 0)
                WHEN 'committing' THEN kind = 'file' AND NOT dry_run
                WHEN 'completed' THEN rejected = 0 AND rows > 0
                WHEN 'completed_with_errors' THEN rejected > 0 AND rejected < rows
                WHEN 'rejected' THEN rejected = rows
                WHEN 'cancelled' THEN kind = 'file'
                WHEN 'failed' THEN kind = 'file'
                ELSE false
            END
        ),
        ADD CONSTRAINT ck_imports_failure CHECK (
            (failure IS NOT NULL) = (state = 'failed') AND (failure IS NULL OR failures > 0)
        )
    """,
    "GRANT UPDATE (failures, failure) ON ingest.imports TO wengang_ingest_worker",
    "GRANT UPDATE (failures, failure) ON ingest.imports TO wengang_ingest_api",
)

_DOWN = (
    "REVOKE UPDATE (failures, failure) ON ingest.imports FROM wengang_ingest_worker",
    "REVOKE UPDATE (failures, failure) ON ingest.imports FROM wengang_ingest_api",
    """
    ALTER TABLE ingest.imports
        DROP CONSTRAINT ck_imports_failure,
        DROP CONSTRAINT ck_imports_state,
        DROP COLUMN failures,
        DROP COLUMN failure
    """,
    "UPDATE ingest.imports SET state = 'cancelled' WHERE state = 'failed'",
    """
    ALTER TABLE ingest.imports
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
        )
    """,
)


def upgrade() -> None:
    """Count the failures of an import, and keep why it was set aside."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Let those that were set aside be cancelled, and forget why."""
    for statement in _DOWN:
        op.execute(statement)
