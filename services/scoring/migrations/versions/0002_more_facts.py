"""More facts: changes of the register, layoff reports, opinions, visits, help, refutations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

_SCHEMA = "scoring"
_TABLES = ("entries", "layoff_reports", "opinions", "visits", "help", "refutations")


def upgrade() -> None:
    """Create the tables."""
    _create_entries()
    _create_layoff_reports()
    _create_opinions()
    _create_visits()
    _create_help()
    _create_refutations()
    # What became known stays known: a correction is a further row.
    for table in _TABLES:
        op.execute(
            f"REVOKE UPDATE, DELETE ON scoring.{table} FROM wengang_scoring_api, "
            "wengang_scoring_worker"
        )


def downgrade() -> None:
    """Drop them."""
    for table in reversed(_TABLES):
        op.drop_table(table, schema=_SCHEMA)


def _create_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("uscc", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("registered_capital", sa.Numeric(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("uscc", "version", name="pk_entries"),
        sa.CheckConstraint("version >= 1", name="ck_entries_version_counts"),
        schema=_SCHEMA,
    )


def _create_layoff_reports() -> None:
    op.create_table(
        "layoff_reports",
        sa.Column("uscc", sa.Text(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("planned_layoffs", sa.BigInteger(), nullable=True),
        sa.Column("headcount", sa.BigInteger(), nullable=True),
        sa.Column("layoff_on", sa.Date(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("uscc", "reported_on", "version", name="pk_layoff_reports"),
        sa.CheckConstraint("version >= 1", name="ck_layoff_reports_version_counts"),
        sa.CheckConstraint(
            "operation IN ('record', 'supersede', 'withdraw')",
            name="ck_layoff_reports_operation_known",
        ),
        sa.CheckConstraint(
            "(operation = 'withdraw') = (planned_layoffs IS NULL)",
            name="ck_layoff_reports_withdrawn_says_nothing",
        ),
        sa.CheckConstraint(
            "planned_layoffs >= 0 AND headcount >= 0",
            name="ck_layoff_reports_persons_counted",
        ),
        schema=_SCHEMA,
    )


def _create_opinions() -> None:
    op.create_table(
        "opinions",
        sa.Column("uscc", sa.Text(), nullable=False),
        sa.Column("item", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("cluster", sa.Text(), nullable=False),
        sa.Column("negative", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("kinds", postgresql.JSONB(), nullable=False),
        sa.Column("announced", sa.BigInteger(), nullable=True),
        sa.Column("announced_share", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("uscc", "item", "version", name="pk_opinions"),
        sa.CheckConstraint("version >= 1", name="ck_opinions_version_counts"),
        sa.CheckConstraint(
            "operation IN ('record', 'supersede', 'withdraw')",
            name="ck_opinions_operation_known",
        ),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name="ck_opinions_confidence_is_a_share"),
        sa.CheckConstraint("jsonb_typeof(kinds) = 'array'", name="ck_opinions_kinds_are_a_list"),
        sa.CheckConstraint("announced >= 0", name="ck_opinions_announced_counted"),
        sa.CheckConstraint(
            "announced_share BETWEEN 0 AND 1",
            name="ck_opinions_announced_share_is_a_share",
        ),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_opinions_published_at", "opinions", ["uscc", "published_at"], schema=_SCHEMA
    )


def _create_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.Text(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("on_site", sa.Boolean(), nullable=False),
        sa.Column("operating", sa.Boolean(), nullable=True),
        sa.Column("owner_reachable", sa.Boolean(), nullable=True),
        sa.Column("equipment_moved", sa.Boolean(), nullable=True),
        sa.Column("gathering", sa.Boolean(), nullable=True),
        sa.Column("planned_layoffs", sa.BigInteger(), nullable=True),
        sa.Column("layoff_on", sa.Date(), nullable=True),
        sa.Column("wages_owed_months", sa.Integer(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
        sa.CheckConstraint("planned_layoffs >= 0", name="ck_visits_layoffs_counted"),
        sa.CheckConstraint("wages_owed_months >= 0", name="ck_visits_months_counted"),
        schema=_SCHEMA,
    )
    op.create_index("ix_visits_uscc", "visits", ["uscc", "visited_on"], schema=_SCHEMA)


def _create_help() -> None:
    op.create_table(
        "help",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("persons", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_help"),
        sa.CheckConstraint("persons >= 0", name="ck_help_persons_counted"),
        sa.CheckConstraint("amount >= 0", name="ck_help_amount_counted"),
        schema=_SCHEMA,
    )
    op.create_index("ix_help_uscc", "help", ["uscc", "given_on"], schema=_SCHEMA)


def _create_refutations() -> None:
    op.create_table(
        "refutations",
        sa.Column("warning_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uscc", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("warning_id", "occurred_at", name="pk_refutations"),
        schema=_SCHEMA,
    )
    op.create_index("ix_refutations_uscc", "refutations", ["uscc"], schema=_SCHEMA)
