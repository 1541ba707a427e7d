"""How a migration gives a feed its table of observations; a step that was released never changes.

The types of the columns are PostgreSQL's, as `services.ingest.tables.observations` derives them
from the contract; a test holds both equal.
"""

from alembic import op


def create_observations_v1(feed: str, *, period: str, **columns: str) -> None:
    """Create the table of a feed: the type of its period, and of each measured column."""
    table = f"observations_{feed}"
    measured = "".join(f"{name} {kind}, " for name, kind in columns.items())
    op.execute(
        f"""
        CREATE TABLE ingest.{table} (
            enterprise_id integer NOT NULL,
            period {period} NOT NULL,
            import_no integer NOT NULL,
            version smallint NOT NULL,
            withdrawn boolean NOT NULL,
            {measured}
            CONSTRAINT pk_{table} PRIMARY KEY (period, enterprise_id, version),
            CONSTRAINT ck_{table}_version CHECK (version > CASE WHEN withdrawn THEN 1 ELSE 0 END)
        )
        """
    )
    op.execute(
        f"REVOKE UPDATE, DELETE ON ingest.{table} FROM wengang_ingest_api, wengang_ingest_worker"
    )


def add_observed_v1(feed: str, **columns: str) -> None:
    """Add columns to the table of a feed whose contract has new ones."""
    for name, kind in columns.items():
        op.execute(f"ALTER TABLE ingest.observations_{feed} ADD COLUMN {name} {kind}")


def days_to_events_v1(feed: str) -> None:
    """Let the period of a feed of days name which of the day, too; what there is keeps its day."""
    op.execute(
        f"ALTER TABLE ingest.observations_{feed} ALTER COLUMN period TYPE"
        """ text COLLATE "C" USING to_char(period, 'YYYY-MM-DD')"""
    )


def events_to_days_v1(feed: str) -> None:
    """Take it back; refused by PostgreSQL as soon as a fact names which of its day it is."""
    op.execute(
        f"ALTER TABLE ingest.observations_{feed} ALTER COLUMN period TYPE date USING period::date"
    )


def drop_observations_v1(feed: str) -> None:
    """Drop the table of a feed."""
    op.execute(f"DROP TABLE ingest.observations_{feed}")
