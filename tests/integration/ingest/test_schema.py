"""The schema itself keeps what must hold, and its history runs both ways."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from shared import migrations
from tests.integration.database import provisioned
from tests.integration.ingest.conftest import Door
from tests.servers import fresh_database
from tests.unit.ingest.records import an_enterprise

IMPORT = """
    INSERT INTO ingest.imports VALUES (gen_random_uuid(), 'f', '1', 'a', 's', 1, now(), %s,
        %s, %s, %s, %s, %s)
"""


def test_up_down_and_up_again(postgres_admin_url: str, roles_lock: Path) -> None:
    with fresh_database(postgres_admin_url, prefix="ingest") as admin_url:
        url = provisioned(admin_url, roles_lock).url("ingest", "migrate")
        history = migrations.history("services.ingest", url)
        migrations.upgrade(history)
        migrations.check(history)
        migrations.downgrade(history, "base")
        with psycopg.connect(admin_url) as connection:
            left = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'ingest'"
            ).fetchall()
        assert left == [("alembic_version",)]
        migrations.upgrade(history)
        migrations.check(history)
        assert migrations.is_current(history, "ingest")


AS_JSON = """
    WITH taken AS (
        INSERT INTO ingest.imports (id, feed, contract_version, agency, content_sha256,
            content_bytes, received_at, state, rows, accepted, duplicate, superseding, rejected,
            finished_at)
        VALUES (gen_random_uuid(), 'f', '1', 'a', 's', 1, now(), 'completed', 4, 3, 0, 1, 0, now())
        RETURNING id
    ), entered AS (
        INSERT INTO ingest.enterprises (uscc, version, name, district, status)
        VALUES ('a', 1, 'a', '110105', 'active'), ('b', 1, 'b', '110105', 'active')
        RETURNING id
    ), names AS (SELECT min(id) AS a, max(id) AS b FROM entered)
    INSERT INTO ingest.observations
    SELECT given.feed, CASE given.who WHEN 'a' THEN names.a ELSE names.b END, given.period,
        given.version, given.operation, given.content, now(), taken.id
    FROM taken, names, (VALUES
        ('insured_headcount', 'b', '2020-07', 1, 'record', '{"insured_headcount": 0}'::jsonb),
        ('insured_headcount', 'a', '2020-06', 1, 'record',
            '{"insured_headcount": 12, "due": "9500.00"}'),
        ('insured_headcount', 'a', '2020-06', 2, 'supersede',
            '{"insured_headcount": 12, "left": 3}'),
        ('layoff_report', 'a', '2020-06-09', 1, 'record',
            '{"planned_layoffs": 30, "layoff_on": "2020-07-01", "ground": "technical_change"}')
    ) AS given (feed, who, period, version, operation, content)
"""
ALL_JSON = "SELECT * FROM ingest.observations ORDER BY feed, enterprise_id, period, version"
ALL_TYPED = """
    SELECT enterprise_id, period, version, insured_headcount, "left", due
    FROM ingest.observations_insured_headcount ORDER BY period, enterprise_id, version
"""


def test_observations_move_to_typed_tables_and_back(
    postgres_admin_url: str, roles_lock: Path
) -> None:
    with fresh_database(postgres_admin_url, prefix="ingest") as admin_url:
        url = provisioned(admin_url, roles_lock).url("ingest", "migrate")
        history = migrations.history("services.ingest", url)
        migrations.upgrade(history, "0008")
        with psycopg.connect(admin_url) as connection:
            connection.execute(AS_JSON)
            before = connection.execute(ALL_JSON).fetchall()
        migrations.upgrade(history, "0009")
        with psycopg.connect(admin_url) as connection:
            assert connection.execute(ALL_TYPED).fetchall() == [
                (1, date(2020, 6, 1), 1, 12, None, Decimal("9500.00")),
                (1, date(2020, 6, 1), 2, 12, 3, None),
                (2, date(2020, 7, 1), 1, 0, None, None),
            ]
            layoffs = "SELECT period, layoff_on, ground FROM ingest.observations_layoff_report"
            assert connection.execute(layoffs).fetchall() == [
                (date(2020, 6, 9), date(2020, 7, 1), "technical_change")
            ]
        migrations.downgrade(history, "0008")
        with psycopg.connect(admin_url) as connection:
            assert connection.execute(ALL_JSON).fetchall() == before


@pytest.mark.parametrize(
    "values",
    [
        ("completed", 3, 1, 0, 0, 0),
        ("completed", 1, 1, 1, 0, 0),
        ("completed", 1, 2, -1, 0, 0),
        ("completed", 2, 1, 0, 0, 1),
        ("rejected", 2, 1, 0, 0, 1),
        ("completed_with_errors", 2, 0, 0, 0, 2),
    ],
)
def test_an_account_that_does_not_add_up_cannot_be_written(
    door: Door, values: tuple[object, ...]
) -> None:
    with (
        psycopg.connect(door.database.admin_url) as connection,
        pytest.raises(errors.CheckViolation),
    ):
        connection.execute(IMPORT.encode(), values)


@pytest.mark.parametrize("part", ["api", "worker"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ingest.enterprise_versions SET name = 'x'",
        "DELETE FROM ingest.enterprise_versions",
        "UPDATE ingest.observations_insured_headcount SET due = 0",
        "DELETE FROM ingest.observations_layoff_report",
        "UPDATE ingest.imports SET agency = 'x'",
        "DELETE FROM ingest.import_errors",
        "UPDATE ingest.opinion_versions SET text = 'x'",
        "DELETE FROM ingest.protection_list_entries",
    ],
)
def test_what_was_written_is_never_edited(door: Door, part: str, statement: str) -> None:
    door.push("enterprise_register", [an_enterprise(1), {}])
    url = door.database.url("ingest", part).replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())
