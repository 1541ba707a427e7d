"""The schema to begin with: the register's copy, facts, standings, assessments, warnings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.bus.migration import kernel_down_v1, kernel_up_v1

revision = "0001"
down_revision = None

_SCHEMA = "scoring"
_PLACES = "('none', 'potential_risk', 'blue', 'yellow', 'orange', 'red')"


def upgrade() -> None:
    """Create the tables."""
    kernel_up_v1(_SCHEMA)
    _create_enterprises()
    _create_observations()
    _create_standings()
    _create_assessments()
    _create_warnings()


def downgrade() -> None:
    """Drop them."""
    for table in ("warnings", "assessments", "standings", "observations", "enterprises"):
        op.drop_table(table, schema=_SCHEMA)
    kernel_down_v1(_SCHEMA)


def _create_enterprises() -> None:
    op.create_table(
        "enterprises",
        sa.Column("uscc", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uscc", name="pk_enterprises"),
        sa.CheckConstraint("version >= 1", name="ck_enterprises_version_counts"),
        schema=_SCHEMA,
    )


def _create_observations() -> None:
    op.create_table(
        "observations",
        sa.Column("uscc", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("measures", postgresql.JSONB(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("uscc", "feed", "period", "version", name="pk_observations"),
        sa.CheckConstraint("version >= 1", name="ck_observations_version_counts"),
        sa.CheckConstraint(
            "period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'", name="ck_observations_period_is_a_month"
        ),
        sa.CheckConstraint(
            "operation IN ('record', 'supersede', 'withdraw')",
            name="ck_observations_operation_known",
        ),
        sa.CheckConstraint(
            "(operation = 'withdraw') = (measures IS NULL)",
            name="ck_observations_withdrawn_says_nothing",
        ),
        schema=_SCHEMA,
    )
    # What became known stays known: a correction is a further row.
    op.execute(
        "REVOKE UPDATE, DELETE ON scoring.observations FROM wengang_scoring_api, "
        "wengang_scoring_worker"
    )


def _create_standings() -> None:
    op.create_table(
        "standings",
        sa.Column("uscc", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), server_default=sa.text("'none'"), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("falling_since", sa.Date(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("judged_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("uscc", name="pk_standings"),
        sa.CheckConstraint(f"place IN {_PLACES}", name="ck_standings_place_known"),
        sa.CheckConstraint(
            "place = 'none' OR since IS NOT NULL", name="ck_standings_standing_since"
        ),
        sa.CheckConstraint(
            "(place = 'none') = (judged_on IS NULL)", name="ck_standings_standing_judged_daily"
        ),
        sa.CheckConstraint(
            "place <> 'none' OR falling_since IS NULL", name="ck_standings_floor_cannot_fall"
        ),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_standings_judged_on",
        "standings",
        ["judged_on", "uscc"],
        schema=_SCHEMA,
        postgresql_where=sa.text("place <> 'none'"),
    )
    op.create_index(
        "ix_standings_potential",
        "standings",
        ["since", "uscc"],
        schema=_SCHEMA,
        postgresql_where=sa.text("place = 'potential_risk'"),
    )


def _create_assessments() -> None:
    op.create_table(
        "assessments",
        sa.Column("uscc", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("likelihood", sa.Double(), nullable=False),
        sa.Column("families", postgresql.JSONB(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("impact", sa.SmallInteger(), nullable=False),
        sa.Column("admission", sa.Text(), nullable=False),
        sa.Column("points_to", sa.Text(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("jobs_at_risk", sa.Integer(), nullable=False),
        sa.Column("place_before", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("falling_since", sa.Date(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uscc", "as_of", name="pk_assessments"),
        sa.CheckConstraint(
            "likelihood BETWEEN 0 AND 1", name="ck_assessments_likelihood_is_a_share"
        ),
        sa.CheckConstraint("impact BETWEEN 1 AND 4", name="ck_assessments_impact_known"),
        sa.CheckConstraint("jobs_at_risk >= 0", name="ck_assessments_jobs_counted"),
        sa.CheckConstraint(
            "headcount IS NULL OR jobs_at_risk <= headcount", name="ck_assessments_jobs_are_there"
        ),
        sa.CheckConstraint(f"points_to IN {_PLACES}", name="ck_assessments_points_to_known"),
        sa.CheckConstraint(f"place_before IN {_PLACES}", name="ck_assessments_place_before_known"),
        sa.CheckConstraint(f"place IN {_PLACES}", name="ck_assessments_place_known"),
        schema=_SCHEMA,
    )


def _create_warnings() -> None:
    op.create_table(
        "warnings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("likelihood", sa.Double(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("jobs_at_risk", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_warnings"),
        sa.CheckConstraint("state IN ('standing', 'lifted')", name="ck_warnings_state_known"),
        sa.CheckConstraint(
            "level IN ('blue', 'yellow', 'orange', 'red')", name="ck_warnings_level_known"
        ),
        sa.CheckConstraint("version >= 1", name="ck_warnings_version_counts"),
        sa.CheckConstraint("likelihood BETWEEN 0 AND 1", name="ck_warnings_likelihood_is_a_share"),
        sa.CheckConstraint(
            "(state = 'lifted') = (lifted_at IS NOT NULL)", name="ck_warnings_lifted_has_a_time"
        ),
        sa.CheckConstraint(
            "(state = 'lifted') = (because IS NOT NULL)", name="ck_warnings_lifted_has_a_reason"
        ),
        sa.CheckConstraint("jobs_at_risk >= 0", name="ck_warnings_jobs_counted"),
        schema=_SCHEMA,
    )
    op.create_index(
        "uq_warnings_one_standing",
        "warnings",
        ["uscc"],
        unique=True,
        schema=_SCHEMA,
        postgresql_where=sa.text("state = 'standing'"),
    )
    op.create_index("ix_warnings_raised_at", "warnings", ["raised_at", "id"], schema=_SCHEMA)
    op.create_index(
        "ix_warnings_district", "warnings", ["district", "raised_at", "id"], schema=_SCHEMA
    )
