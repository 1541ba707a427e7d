"""Every feed of observations has the table that its contract promises, by the migrations' word."""

import re

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql

from services.ingest.domain.contract import Target
from services.ingest.domain.feeds import FEEDS
from services.ingest.tables import OBSERVATIONS
from shared.migrations import history
from tests.architecture.deployables import PACKAGES

_CREATED = re.compile(r"CREATE TABLE ingest\.observations_(\w+) \((.*)\)", re.DOTALL)
_ADDED = re.compile(r"ALTER TABLE ingest\.observations_(\w+) ADD COLUMN (\S+) (.+)")
_CHANGED = re.compile(
    r"ALTER TABLE ingest\.observations_(\w+) ALTER COLUMN (\w+) TYPE (.+) USING", re.DOTALL
)
_DROPPED = re.compile(r"(?:DROP TABLE ingest\.observations_(\w+))")
DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_COLUMN = re.compile(r'"?(\w+)"? ([a-z]+(?: [a-z]+)*(?:\([0-9, ]+\))?(?: COLLATE "C")?)')


def migrated(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """Return the columns of every feed's table, as the history of ingest makes them."""
    statements: list[str] = []
    monkeypatch.setattr("alembic.op.execute", statements.append)
    script = ScriptDirectory.from_config(history(PACKAGES["ingest"], "postgresql+psycopg://x@/x"))
    for step in reversed(list(script.walk_revisions())):
        step.module.upgrade()
    tables: dict[str, dict[str, str]] = {}
    for statement in statements:
        if created := _CREATED.search(statement):
            lines = re.split(r",(?![^(]*\))", created[2])
            columns = [_COLUMN.match(line.strip()) for line in lines if "CONSTRAINT" not in line]
            tables[created[1]] = {
                found[1]: found[2].removesuffix(" NOT NULL").strip() for found in columns if found
            }
        elif added := _ADDED.search(statement):
            tables[added[1]][added[2].strip('"')] = added[3].strip()
        elif changed := _CHANGED.search(statement):
            tables[changed[1]][changed[2]] = changed[3].strip()
        elif dropped := _DROPPED.search(statement):
            del tables[dropped[1]]
    return tables


def test_a_table_has_what_its_contract_promises(monkeypatch: pytest.MonkeyPatch) -> None:
    promised = {
        feed: {
            column.name: str(column.type.compile(dialect=DIALECT)).lower()
            for column in table.columns
        }
        for feed, table in OBSERVATIONS.items()
    }
    made = {
        feed: {name: kind.lower() for name, kind in columns.items()}
        for feed, columns in migrated(monkeypatch).items()
    }
    assert made == promised


def test_every_feed_of_observations_has_a_table() -> None:
    feeds = {feed for feed, each in FEEDS.items() if each.target is Target.OBSERVATIONS}
    assert set(OBSERVATIONS) == feeds
