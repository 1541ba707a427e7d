"""The tables of cases themselves: their clocks, warnings and timeline, what is done in them."""

from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Interval,
    Numeric,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.cases.domain.case import ENDED
from services.cases.tables.base import METADATA

_ENDED: Final = ", ".join(f"'{status}'" for status in sorted(ENDED))

CASES: Final = Table(
    "cases",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("uscc", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("warning_id", Uuid, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Column("dispatched_at", DateTime(timezone=True)),
    Column("officer", Text),
    Column("doubted_by", Text),
    Column("submitted_by", Text),
    Column("reviewed_by", Text),
    Column("outcome", Text),
    Column("evidence", Text),
    Column("evidence_kinds", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("suspensions", Integer, nullable=False),
    Column("suspended_at", DateTime(timezone=True)),
    Column("suspended_until", DateTime(timezone=True)),
    Column("waiting_for", Text),
    Column("ended_at", DateTime(timezone=True)),
    Column("layoff_on", Date),
    Column("transfer_to", Text),
    Column("transfer_by", Text),
    Column("transfer_at", DateTime(timezone=True)),
    Column("transfer_time", Interval, nullable=False, server_default=text("'0'")),
    Column("escalation_level", SmallInteger, nullable=False, server_default=text("0")),
    # When the case climbs next; the year 9999 if never. The sweep looks for what has passed.
    Column(
        "escalates_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=text("'1970-01-01 00:00:00+00'::timestamptz"),
    ),
    # When the next thing is due; the year 9999 for a case of which nothing is. Never null, since
    # lists are sorted by it.
    Column("due_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("suspensions BETWEEN 0 AND 2", name="suspensions"),
    CheckConstraint(f"(status IN ({_ENDED})) = (ended_at IS NOT NULL)", name="ended"),
    CheckConstraint(
        "(outcome IS NOT NULL) = (status IN ('pending_review', 'resolved', 'follow_up', "
        f"{_ENDED}))",
        name="outcome",
    ),
    CheckConstraint(
        f"(reviewed_by IS NOT NULL) = (status IN ('resolved', 'follow_up', {_ENDED}))",
        name="reviewed",
    ),
    CheckConstraint(
        "reviewed_by <> submitted_by AND reviewed_by <> doubted_by", name="second_person"
    ),
    CheckConstraint(
        "(status IN ('pending_dispatch', 'dispatched')) = (officer IS NULL)", name="officer"
    ),
    CheckConstraint(
        "(status = 'suspended') = (suspended_until IS NOT NULL) "
        "AND (suspended_until IS NULL) = (suspended_at IS NULL) "
        "AND (suspended_until IS NULL) = (waiting_for IS NULL)",
        name="suspended",
    ),
    CheckConstraint(
        "(transfer_to IS NULL) = (transfer_by IS NULL) "
        "AND (transfer_to IS NULL) = (transfer_at IS NULL) AND transfer_to <> district "
        "AND (transfer_to IS NULL "
        "OR status IN ('accepted', 'verifying', 'planned', 'in_disposition'))",
        name="transfer",
    ),
    Index(
        "ix_cases_transfer_to",
        "transfer_to",
        postgresql_where=text("transfer_to IS NOT NULL"),
    ),
    Index("uq_cases_open", "uscc", unique=True, postgresql_where=text(f"status NOT IN ({_ENDED})")),
    Index("ix_cases_enterprise", "uscc", "opened_at"),
    Index("ix_cases_due", "due_at", "id"),
    Index("ix_cases_escalates", "escalates_at", "id"),
    Index("ix_cases_opened", "opened_at"),
    Index("ix_cases_district_due", "district", "due_at", "id"),
)

CASE_CLOCKS: Final = Table(
    "case_clocks",
    METADATA,
    Column("case_id", ForeignKey(CASES.c.id), primary_key=True),
    Column("clock", Text, primary_key=True),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("met_at", DateTime(timezone=True)),
    Column("paused", Interval, nullable=False),
    Column("extended", Boolean, nullable=False, server_default=text("false")),
    Column("limit_at", DateTime(timezone=True)),
    Column("escalated", SmallInteger, nullable=False, server_default=text("0")),
    # Rounds of a duty that repeats, before the one that runs.
    Column("kept", Integer, nullable=False, server_default=text("0")),
    Column("missed", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("kept >= 0 AND missed >= 0", name="rounds"),
)

CASE_WARNINGS: Final = Table(
    "case_warnings",
    METADATA,
    Column("warning_id", Uuid, primary_key=True),
    Column("case_id", ForeignKey(CASES.c.id), nullable=False),
    Column("version", Integer, nullable=False),
    Column("level", Text, nullable=False),
    Column("lifted", Boolean, nullable=False),
    Column("counts", Boolean, nullable=False),
    Index("ix_case_warnings_case", "case_id"),
)

# Append-only, as deeds are: neither role of the service may change or remove a line.
TIMELINE: Final = Table(
    "timeline",
    METADATA,
    Column("case_id", ForeignKey(CASES.c.id), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("what", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("from_status", Text),
    Column("to_status", Text, nullable=False),
    Column("note", Text),
    Column("reason", Text),
    Column("details", JSONB, nullable=False),
)


def _deeds(name: str, *columns: Column[Any] | CheckConstraint) -> Table:
    """Return a table of deeds, each once and never changed; its id begins with its time."""
    return Table(
        name,
        METADATA,
        Column("id", Uuid, primary_key=True),
        Column("case_id", ForeignKey(CASES.c.id), nullable=False),
        *columns,
        Column("done_by", Text, nullable=False),
        Column("done_at", DateTime(timezone=True), nullable=False),
        Index(f"ix_{name}_case", "case_id", "id"),
    )


VISITS: Final = _deeds(
    "visits",
    Column("visited_on", Date, nullable=False),
    Column("on_site", Boolean, nullable=False),
    Column("operating", Boolean),
    Column("owner_reachable", Boolean),
    Column("equipment_moved", Boolean),
    Column("gathering", Boolean),
    Column("staff_present", Integer),
    Column("planned_layoffs", Integer),
    Column("layoff_on", Date),
    Column("wages_owed_months", Integer),
    Column("note", Text),
)

DELIVERIES: Final = _deeds(
    "deliveries",
    Column("service", Text, nullable=False),
    Column("delivered_on", Date, nullable=False),
    Column("persons", Integer),
    Column("amount", Numeric(18, 2)),
    Column("note", Text, nullable=False),
)

EVIDENCE: Final = _deeds(
    "evidence",
    Column("kind", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("note", Text),
)

FINANCING_REQUESTS: Final = _deeds(
    "financing_requests",
    Column("amount", Numeric(18, 2), nullable=False),
    Column("tenor_months", Integer, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("jobs_to_keep", Integer, nullable=False),
)

REPORTS: Final = _deeds(
    "reports",
    Column("reported_to", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("reported_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("reported_at <= done_at", name="made_before_told"),
)

PROGRESS_NOTES: Final = _deeds("progress_notes", Column("note", Text, nullable=False))
