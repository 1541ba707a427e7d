"""The schema itself keeps what must hold, and its history runs both ways."""

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
        "UPDATE ingest.observations SET content = '{}'",
        "DELETE FROM ingest.observations",
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
