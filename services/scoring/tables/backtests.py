"""The tables of backtests: what was asked, how far each is, its report; its cases until then."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.scoring.tables.base import METADATA

# One row a backtest; it goes on enterprise by enterprise, `reached` is the last of its order.
# `rules` with its document, if it is not judged by those that were in force on each day.
BACKTESTS = Table(
    "backtests",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("horizon_days", Integer, nullable=False),
    Column("rules", Text),
    Column("document", JSONB(none_as_null=True)),
    Column("left_out", ARRAY(Text), nullable=False),
    Column("sample", Integer),
    Column("enterprises", Integer, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("reached", Text, nullable=False, server_default=text("''")),
    Column("judged", Integer, nullable=False, server_default=text("0")),
    Column("quiet_weeks", BigInteger, nullable=False, server_default=text("0")),
    Column("told", JSONB, nullable=False, server_default=text("'{}'")),
    Column("ended_at", DateTime(timezone=True)),
    Column("report", JSONB(none_as_null=True)),
    Column("cancelled_at", DateTime(timezone=True)),
    Column("cancelled_by", Text),
    Column("failed_at", DateTime(timezone=True)),
    Column("failure", JSONB(none_as_null=True)),
    CheckConstraint("since <= until", name="period_runs_forward"),
    CheckConstraint("horizon_days BETWEEN 30 AND 366", name="horizon_in_reach"),
    CheckConstraint("sample IS NULL OR sample >= 1", name="sample_counts"),
    CheckConstraint("judged >= 0 AND quiet_weeks >= 0", name="judged_counted"),
    CheckConstraint("(rules IS NULL) = (document IS NULL)", name="rules_written_out"),
    CheckConstraint("(ended_at IS NULL) = (report IS NULL)", name="ended_with_report"),
    CheckConstraint(
        "(cancelled_at IS NULL) = (cancelled_by IS NULL)", name="cancelled_by_somebody"
    ),
    CheckConstraint("(failed_at IS NULL) = (failure IS NULL)", name="failed_with_reason"),
    CheckConstraint("num_nonnulls(ended_at, cancelled_at, failed_at) <= 1", name="one_end"),
    Index(
        "ix_backtests_waiting",
        "id",
        postgresql_where=text("ended_at IS NULL AND cancelled_at IS NULL AND failed_at IS NULL"),
    ),
)

# What a backtest found of whom there is anything to say, until its report is made.
BACKTEST_CASES = Table(
    "backtest_cases",
    METADATA,
    Column(
        "backtest_id",
        Uuid,
        ForeignKey(BACKTESTS.c.id, name="fk_backtest_cases_backtest_id_backtests"),
        primary_key=True,
    ),
    Column("uscc", Text, primary_key=True),
    Column("said", JSONB, nullable=False),
)
