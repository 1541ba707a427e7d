"""Weekly lists of the districts, within what their officers can look at."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.execute(
        """
        CREATE TABLE scoring.capacities (
            district text NOT NULL CONSTRAINT pk_capacities PRIMARY KEY,
            weekly integer NOT NULL,
            version integer NOT NULL,
            set_by text NOT NULL,
            set_at timestamptz NOT NULL,
            CONSTRAINT ck_capacities_weekly_counts CHECK (weekly BETWEEN 1 AND 10000),
            CONSTRAINT ck_capacities_version_counts CHECK (version >= 1)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE scoring.work_lists (
            district text NOT NULL,
            week date NOT NULL,
            capacity integer NOT NULL,
            listed integer NOT NULL,
            entered integer NOT NULL,
            departed integer NOT NULL,
            made_at timestamptz NOT NULL,
            CONSTRAINT pk_work_lists PRIMARY KEY (district, week),
            CONSTRAINT ck_work_lists_week_begins_on_monday CHECK (extract(isodow FROM week) = 1),
            CONSTRAINT ck_work_lists_capacity_counts CHECK (capacity >= 1),
            CONSTRAINT ck_work_lists_entries_counted
                CHECK (entered BETWEEN 0 AND listed AND departed >= 0),
            CONSTRAINT ck_work_lists_never_longer CHECK (listed <= capacity * 3 / 2)
        )
        """
    )
    op.execute("CREATE INDEX ix_work_lists_week ON scoring.work_lists (week, district)")
    op.execute(
        """
        CREATE TABLE scoring.work_list_entries (
            district text NOT NULL,
            week date NOT NULL,
            uscc text COLLATE "C" NOT NULL,
            rank integer NOT NULL,
            change text NOT NULL,
            previous_rank integer,
            is_first_time boolean NOT NULL,
            is_reserve boolean NOT NULL,
            place text NOT NULL,
            likelihood double precision NOT NULL,
            jobs_at_risk integer NOT NULL,
            CONSTRAINT pk_work_list_entries PRIMARY KEY (district, week, uscc),
            CONSTRAINT fk_work_list_entries_list FOREIGN KEY (district, week)
                REFERENCES scoring.work_lists (district, week),
            CONSTRAINT ck_work_list_entries_rank_counts CHECK (rank >= 1),
            CONSTRAINT ck_work_list_entries_change_known
                CHECK (change IN ('new', 'risen', 'fallen', 'same')),
            CONSTRAINT ck_work_list_entries_new_had_no_rank
                CHECK ((change = 'new') = (previous_rank IS NULL)),
            CONSTRAINT ck_work_list_entries_first_is_new
                CHECK (change = 'new' OR NOT is_first_time),
            CONSTRAINT ck_work_list_entries_place_known CHECK (
                place IN ('none', 'potential_risk', 'blue', 'yellow', 'orange', 'red')
                AND place <> 'none'
            )
        )
        """
    )
    op.execute("CREATE INDEX ix_work_list_entries_uscc ON scoring.work_list_entries (uscc, week)")
    op.execute(
        """
        CREATE TABLE scoring.work_list_leavers (
            district text NOT NULL,
            week date NOT NULL,
            uscc text COLLATE "C" NOT NULL,
            previous_rank integer NOT NULL,
            because text NOT NULL,
            CONSTRAINT pk_work_list_leavers PRIMARY KEY (district, week, uscc),
            CONSTRAINT fk_work_list_leavers_list FOREIGN KEY (district, week)
                REFERENCES scoring.work_lists (district, week),
            CONSTRAINT ck_work_list_leavers_because_known
                CHECK (because IN ('lifted', 'refuted', 'outranked', 'moved'))
        )
        """
    )
    # A list was worked by: what it said stays.
    op.execute(
        "REVOKE UPDATE, DELETE ON scoring.work_lists, scoring.work_list_entries,"
        " scoring.work_list_leavers FROM wengang_scoring_api, wengang_scoring_worker"
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE scoring.work_list_leavers")
    op.execute("DROP TABLE scoring.work_list_entries")
    op.execute("DROP TABLE scoring.work_lists")
    op.execute("DROP TABLE scoring.capacities")
