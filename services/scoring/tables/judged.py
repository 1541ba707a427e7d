"""The tables of what is known, and of what was judged of it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.scoring.tables.base import METADATA, PLACES
from shared.sight import case_places

# What scoring needs of the register: the higher version holds.
ENTERPRISES = Table(
    "enterprises",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("street", Text),
    Column("industry", Text),
    Column("status", Text, nullable=False),
    CheckConstraint("version >= 1", name="version_counts"),
)

# Where the cases of enterprises lie, as `cases` states it: who sees an enterprise.
CASE_PLACES = case_places(METADATA)

# Every version of every entry, as far as a change of it says something.
ENTRIES = Table(
    "entries",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("status", Text, nullable=False),
    Column("registered_capital", Numeric),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("import_id", Uuid, nullable=False),
    CheckConstraint("version >= 1", name="version_counts"),
)

# Every version of every fact, with the time at which it became known; rows never change.
OBSERVATIONS = Table(
    "observations",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("feed", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("operation", Text, nullable=False),
    Column("measures", JSONB(none_as_null=True)),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("import_id", Uuid, nullable=False),
    CheckConstraint("version >= 1", name="version_counts"),
    CheckConstraint(
        "feed <> 'insured_headcount' OR period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'",
        name="period_is_a_month",
    ),
    CheckConstraint("operation IN ('record', 'supersede', 'withdraw')", name="operation_known"),
    CheckConstraint("(operation = 'withdraw') = (measures IS NULL)", name="withdrawn_says_nothing"),
    # Relations are told of one enterprise and count for the other, too.
    Index(
        "ix_observations_affiliated",
        text("split_part(period, '/', 2)"),
        postgresql_where=text("feed = 'affiliation'"),
    ),
)

# Every version of what is known of one enterprise going on as another.
SUCCESSIONS = Table(
    "successions",
    METADATA,
    Column("predecessor", Text, primary_key=True),
    Column("successor", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("version >= 1", name="version_counts"),
    CheckConstraint("predecessor <> successor", name="two_enterprises"),
    CheckConstraint("kind IN ('merger', 'division', 'code_change')", name="kind_known"),
    Index("ix_successions_successor", "successor"),
)

# Every version of every layoff plan that an enterprise reported (labour contract law art. 41).
LAYOFF_REPORTS = Table(
    "layoff_reports",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("reported_on", Date, primary_key=True),
    # Which of that day; the first contract of the feed knew no more than one.
    Column("reference", Text, primary_key=True, server_default=""),
    Column("version", BigInteger, primary_key=True),
    Column("operation", Text, nullable=False),
    Column("planned_layoffs", BigInteger),
    Column("headcount", BigInteger),
    Column("layoff_on", Date),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("import_id", Uuid, nullable=False),
    CheckConstraint("version >= 1", name="version_counts"),
    CheckConstraint("operation IN ('record', 'supersede', 'withdraw')", name="operation_known"),
    CheckConstraint(
        "(operation = 'withdraw') = (planned_layoffs IS NULL)", name="withdrawn_says_nothing"
    ),
    CheckConstraint("planned_layoffs >= 0 AND headcount >= 0", name="persons_counted"),
)

# Every version of what a text says of an enterprise; neither text nor author is here.
OPINIONS = Table(
    "opinions",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("item", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("operation", Text, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("import_id", Uuid, nullable=False),
    Column("source", Text, nullable=False),
    Column("cluster", Text, nullable=False),
    Column("negative", Boolean, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("kinds", JSONB, nullable=False),
    Column("announced", BigInteger),
    Column("announced_share", Double),
    CheckConstraint("version >= 1", name="version_counts"),
    CheckConstraint("operation IN ('record', 'supersede', 'withdraw')", name="operation_known"),
    CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_is_a_share"),
    CheckConstraint("jsonb_typeof(kinds) = 'array'", name="kinds_are_a_list"),
    CheckConstraint("announced >= 0", name="announced_counted"),
    CheckConstraint("announced_share BETWEEN 0 AND 1", name="announced_share_is_a_share"),
    Index("ix_opinions_published_at", "uscc", "published_at"),
)

# What an officer saw or heard at an enterprise; NULL is what was not found out.
VISITS = Table(
    "visits",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("uscc", Text, nullable=False),
    Column("visited_on", Date, nullable=False),
    Column("on_site", Boolean, nullable=False),
    Column("operating", Boolean),
    Column("owner_reachable", Boolean),
    Column("equipment_moved", Boolean),
    Column("gathering", Boolean),
    Column("planned_layoffs", BigInteger),
    Column("layoff_on", Date),
    Column("wages_owed_months", Integer),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("planned_layoffs >= 0", name="layoffs_counted"),
    CheckConstraint("wages_owed_months >= 0", name="months_counted"),
    Index("ix_visits_uscc", "uscc", "visited_on"),
)

# What reached an enterprise: services of the catalogue, and loans drawn (service `loan`).
HELP = Table(
    "help",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("uscc", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("persons", BigInteger),
    Column("amount", Numeric),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("persons >= 0", name="persons_counted"),
    CheckConstraint("amount >= 0", name="amount_counted"),
    Index("ix_help_uscc", "uscc", "given_on"),
)

# Warnings that two persons found to be false; what was known by that day is no evidence any more.
REFUTATIONS = Table(
    "refutations",
    METADATA,
    Column("warning_id", Uuid, primary_key=True),
    Column("occurred_at", DateTime(timezone=True), primary_key=True),
    Column("uscc", Text, nullable=False),
    Column("because", Text, nullable=False),
    Index("ix_refutations_uscc", "uscc"),
)

# Where every touched enterprise stands now. The row is also the lock of all that is known of the
# enterprise, so it is there before the register knows it.
STANDINGS = Table(
    "standings",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("place", Text, nullable=False, server_default=text("'none'")),
    Column("since", Date),
    Column("falling_since", Date),
    Column("because", Text),
    Column("judged_on", Date),
    CheckConstraint(f"place IN {PLACES}", name="place_known"),
    CheckConstraint("place = 'none' OR since IS NOT NULL", name="standing_since"),
    CheckConstraint("(place = 'none') = (judged_on IS NULL)", name="standing_judged_daily"),
    CheckConstraint("place <> 'none' OR falling_since IS NULL", name="floor_cannot_fall"),
    Index(
        "ix_standings_judged_on",
        "judged_on",
        "uscc",
        postgresql_where=text("place <> 'none'"),
    ),
    Index(
        "ix_standings_potential",
        "since",
        "uscc",
        postgresql_where=text("place = 'potential_risk'"),
    ),
)

# One row an enterprise and day on which there was something to say.
ASSESSMENTS = Table(
    "assessments",
    METADATA,
    Column("uscc", Text, primary_key=True),
    Column("as_of", Date, primary_key=True),
    Column("rules", Text, nullable=False),
    Column("likelihood", Double, nullable=False),
    Column("families", JSONB, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("impact", SmallInteger, nullable=False),
    Column("admission", Text, nullable=False),
    Column("points_to", Text, nullable=False),
    Column("headcount", Integer),
    Column("jobs_at_risk", Integer, nullable=False),
    Column("place_before", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("since", Date),
    Column("falling_since", Date),
    Column("because", Text),
    Column("judged_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("likelihood BETWEEN 0 AND 1", name="likelihood_is_a_share"),
    CheckConstraint("impact BETWEEN 1 AND 4", name="impact_known"),
    CheckConstraint("jobs_at_risk >= 0", name="jobs_counted"),
    CheckConstraint("headcount IS NULL OR jobs_at_risk <= headcount", name="jobs_are_there"),
    CheckConstraint(f"points_to IN {PLACES}", name="points_to_known"),
    CheckConstraint(f"place_before IN {PLACES}", name="place_before_known"),
    CheckConstraint(f"place IN {PLACES}", name="place_known"),
)

# The warning list, with those that left it.
WARNINGS = Table(
    "warnings",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("uscc", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Column("raised_on", Date, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("likelihood", Double, nullable=False),
    Column("headcount", Integer, nullable=False),
    Column("jobs_at_risk", Integer, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("lifted_at", DateTime(timezone=True)),
    Column("because", Text),
    CheckConstraint("state IN ('standing', 'lifted')", name="state_known"),
    CheckConstraint("level IN ('blue', 'yellow', 'orange', 'red')", name="level_known"),
    CheckConstraint("version >= 1", name="version_counts"),
    CheckConstraint("likelihood BETWEEN 0 AND 1", name="likelihood_is_a_share"),
    CheckConstraint("(state = 'lifted') = (lifted_at IS NOT NULL)", name="lifted_has_a_time"),
    CheckConstraint("(state = 'lifted') = (because IS NOT NULL)", name="lifted_has_a_reason"),
    CheckConstraint("jobs_at_risk >= 0", name="jobs_counted"),
    Index(
        "uq_warnings_one_standing",
        "uscc",
        unique=True,
        postgresql_where=text("state = 'standing'"),
    ),
    Index("ix_warnings_raised_at", "raised_at", "id"),
    Index("ix_warnings_district", "district", "raised_at", "id"),
)
