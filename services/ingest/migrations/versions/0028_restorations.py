"""What an agency has said stands again once another one takes back what hid it."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_UP = (
    """
    ALTER TABLE ingest.imports
        ADD COLUMN restores uuid REFERENCES ingest.imports (id),
        DROP CONSTRAINT ck_imports_kind,
        ADD CONSTRAINT ck_imports_kind
            CHECK (kind IN ('batch', 'file', 'withdrawal', 'restoration')),
        ADD CONSTRAINT ck_imports_restores
            CHECK ((kind = 'restoration') = (restores IS NOT NULL)),
        ADD CONSTRAINT uq_imports_restores_agency UNIQUE (restores, agency)
    """,
    # What comes late may let more stand again.
    "GRANT UPDATE (rows, superseding) ON ingest.imports TO wengang_ingest_api",
)

_DOWN = """
ALTER TABLE ingest.imports
    DROP COLUMN restores,
    DROP CONSTRAINT ck_imports_kind,
    ADD CONSTRAINT ck_imports_kind
        CHECK (kind IN ('batch', 'file', 'withdrawal')) NOT VALID
"""


def upgrade() -> None:
    """Let imports say what stands again, of which agency, and since which withdrawal."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Forget of imports that they did."""
    op.execute("REVOKE UPDATE (rows, superseding) ON ingest.imports FROM wengang_ingest_api")
    op.execute(_DOWN)
